"""`cifar-tui --headless`: trains a suite with no screen and writes the report."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console

from core.config.run_config import SuiteConfig
from core.errors import EXIT_FAILED, EXIT_STOPPED, InputError
from core.report import export_report
from core.results.model_table import model_table
from core.runs.commands import Command
from core.runs.events import Fault, RunFailed
from core.runs.folder import create_suite, discard_suite
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteState
from core.supervisor.worker_process import WorkerProcess
from tui.command.plain_log import PlainLines
from tui.command.progress_bars import ProgressBars
from tui.text.narrator import Line, Narrator, data_words, device_words, notices
from tui.text.wording import epoch_line, outcome_line

_POLL_SECONDS: Final = 0.1
_KILL_SECONDS: Final = 1.0


class Display(Protocol):
    """What shows a suite while it trains."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def log(self, text: str) -> None:
        """Show a line that stays."""

    def update(self, suite: SuiteState) -> None:
        """Show how the suite stands now."""


def run_headless(config: SuiteConfig, runs_dir: Path, export: Path | None) -> int:
    """Train `config` and write the report to `export`; return the exit status.

    Only the report's path goes to standard output. The first interrupt ends the suite after the epoch under
    way and still writes the report; the second ends it at once.

    Raises:
        InputError: the images or the device cannot be used; no folder is left behind.
    """
    display = ProgressBars(Console(stderr=True)) if sys.stderr.isatty() else PlainLines()
    with _interrupts() as interrupts, display as show:
        worker = WorkerProcess.start(create_suite(runs_dir, config, datetime.now().astimezone()))
        state = _follow(worker, show, interrupts)
        _refuse_bad_input(state, worker)
        for run in state.runs:
            show.log(outcome_line(run))
    if interrupts() > 1:
        print(f"no report written; {_how_to_report(worker, export or 'report.md')}", file=sys.stderr)
        return EXIT_STOPPED
    if export is not None:
        write_report(state.runs, export, otherwise=f"; {_how_to_report(worker, 'FILE')}")
    if interrupts():
        return EXIT_STOPPED
    return 0 if all(run.outcome is Outcome.FINISHED for run in state.runs) else EXIT_FAILED


@contextmanager
def _interrupts() -> Iterator[Callable[[], int]]:
    """Count SIGINT and SIGTERM instead of dying of them; gives a function that returns the count."""
    count = 0

    def note(_signal: int, _frame: object) -> None:
        nonlocal count
        count += 1

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: count
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(worker: WorkerProcess, show: Display, interrupts: Callable[[], int]) -> SuiteState:
    """Show the suite until its worker has ended; return how it stands then."""
    narrator = Narrator(partial(_lines, folder=worker.folder.path))

    def look() -> SuiteState:
        state = worker.poll()
        for line in narrator.news(state.runs):
            show.log(line)
        show.update(state)
        return state

    handled = 0
    while worker.running:
        look()
        if interrupts() > handled:
            handled = interrupts()
            _interrupt(worker, show, handled)
        time.sleep(_POLL_SECONDS)
    return look()


def _interrupt(worker: WorkerProcess, show: Display, times: int) -> None:
    if times == 1:
        show.log("stopping after this epoch; interrupt again to stop at once")
        with suppress(OSError):
            worker.ask(Command.STOP_AFTER_EPOCH)
            return
    show.log("stopping at once")
    worker.terminate(_KILL_SECONDS)


def _lines(run: RunState, folder: Path) -> Iterator[Line]:
    """Give everything worth saying of `run`, whose suite is in `folder`."""
    if run.data is not None and run.environment is not None:
        where = f"on {device_words(run)}; events in {folder / run.name}"
        yield "data", lambda: f"{run.name}: {data_words(run)}, {where}"
    if (model := run.model) is not None:
        yield "model", lambda: f"{run.name} normalization\n{model_table(model)}"
    yield from notices(run)
    for index, result in enumerate(run.epochs):
        if result.test is not None:
            yield result.epoch, partial(epoch_line, run, index)


def _refuse_bad_input(state: SuiteState, worker: WorkerProcess) -> None:
    """Raise InputError where the suite failed by what the user gave, before anything was trained."""
    for run in state.runs:
        if isinstance(run.end, RunFailed) and run.end.fault is Fault.INPUT:
            if not any(r.epochs for r in state.runs):
                discard_suite(worker.folder)
            raise InputError(run.end.error)


def write_report(runs: Sequence[RunState], export: Path, otherwise: str = "") -> None:
    """Write the report on `runs` and its path to standard output.

    Raises:
        InputError: it cannot be written; the message ends with `otherwise`.
    """
    try:
        export_report(runs, export)
    except OSError as error:
        raise InputError(f"--export {export}: cannot be written ({error.strerror}){otherwise}") from None
    print(export)


def _how_to_report(worker: WorkerProcess, export: Path | str) -> str:
    return f"cifar-tui report {worker.folder.path} --export {export} makes it"
