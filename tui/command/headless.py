"""`cifar-tui --headless`: trains a suite with no screen and writes the report."""

import os
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
from core.runs.events import Fault, ModelSummarised, RunFailed
from core.runs.folder import SuiteFolder, create_suite, discard_suite
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteReader, SuiteState
from core.runs.unfinished import EarlierSuite, earlier_suite
from core.supervisor.resuming import resume
from core.supervisor.worker_process import WorkerProcess
from tui.command.plain_log import PlainLines
from tui.command.progress_bars import ProgressBars
from tui.text.narrator import Line, Narrator, data_words, device_words, notices
from tui.text.wording import epoch_line, norm_words, outcome_line, printable

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


def run_headless(config: SuiteConfig, runs_dir: Path, export: Path | None, *, fresh: bool = False) -> int:
    """Train `config` and write the report to `export`; return the exit status.

    What has finished of a suite of the same runs is not trained again, unless everything is to be `fresh`.
    Only the report's path goes to standard output. The first interrupt ends the suite after the epoch under
    way and still writes the report; the second ends it at once.

    Raises:
        InputError: the images or the device cannot be used, and no folder is left behind; or a worker is at
            work on the same runs.
    """
    earlier = None if fresh else earlier_suite(runs_dir, config.runs)
    if earlier is not None and earlier.alive:
        raise _in_training(earlier.folder)
    display = ProgressBars(Console(stderr=True)) if sys.stderr.isatty() else PlainLines()
    with _interrupts() as interrupts, display as show:
        if earlier is None:
            folder = create_suite(runs_dir, config, datetime.now().astimezone())
            state = _follow(_started(folder), show, interrupts)
        else:
            folder = earlier.folder
            show.log(_going_on(earlier))
            state = _rest(earlier, config, show, interrupts)
        _refuse_bad_input(state, folder, made_here=earlier is None)
        for run in state.runs:
            show.log(outcome_line(run))
    if interrupts() > 1:
        print(f"no report written; {_how_to_report(folder, export or 'report.md')}", file=sys.stderr)
        return EXIT_STOPPED
    if export is not None:
        write_report(state.runs, export, otherwise=f"; {_how_to_report(folder, 'FILE')}")
    if interrupts():
        return EXIT_STOPPED
    return 0 if all(run.outcome is Outcome.FINISHED for run in state.runs) else EXIT_FAILED


def _started(folder: SuiteFolder) -> WorkerProcess:
    """Start a worker; where none can start, no folder is left behind."""
    try:
        return WorkerProcess.start(folder)
    except OSError:
        discard_suite(folder)
        raise


def _in_training(folder: SuiteFolder) -> InputError:
    return InputError(
        f"{folder.path}: is being trained; cifar-tui attach {folder.path} shows it, "
        "--fresh trains a suite beside it"
    )


def _going_on(earlier: EarlierSuite) -> str:
    runs = len(earlier.config.runs)
    if earlier.complete:
        words = "the run is" if runs == 1 else f"all {runs} runs are"
        return f"{earlier.folder.path}: {words} finished, nothing is trained; --fresh trains all anew"
    finished = f"{earlier.finished} of {runs} runs {'is' if earlier.finished == 1 else 'are'} finished"
    return f"going on with {earlier.folder.path}: {finished}; --fresh trains all anew"


def _rest(
    earlier: EarlierSuite, config: SuiteConfig, show: Display, interrupts: Callable[[], int]
) -> SuiteState:
    """Train what is left of a suite, as `_follow` does; return how it stands then."""
    if earlier.complete:
        return SuiteReader(earlier.folder).poll()
    return _follow(resume(earlier, config), show, interrupts)


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
    narrator = Narrator(partial(_lines, folder=worker.folder.path, told={}))
    narrator.pass_over(run for run in worker.poll().runs if run.outcome.ended)  # before this worker

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


def _lines(run: RunState, folder: Path, told: dict[ModelSummarised, str]) -> Iterator[Line]:
    """Give everything worth saying of `run`, whose suite is in `folder`.

    Of runs with the same network the first tells its layers; `told` keeps whose those were.
    """
    if run.data is not None and run.environment is not None:
        where = f"on {device_words(run)}; events in {folder / run.name}"
        yield "data", lambda: f"{run.name}: {data_words(run)}, {where}"
    if (model := run.model) is not None and told.setdefault(model, run.name) == run.name:
        yield "model", lambda: f"{norm_words(run)}\n{model_table(model)}"
    yield from notices(run)
    for index, result in enumerate(run.epochs):
        if result.test is not None:
            yield result.epoch, partial(epoch_line, run, index)


def _refuse_bad_input(state: SuiteState, folder: SuiteFolder, *, made_here: bool) -> None:
    """Raise InputError where the suite failed by what the user gave.

    A folder that was `made_here` goes, where nothing was trained.
    """
    for run in state.runs:
        if isinstance(run.end, RunFailed) and run.end.fault is Fault.INPUT:
            if made_here and not any(r.epochs for r in state.runs):
                discard_suite(folder)
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
    _print_path(export)


def _print_path(path: Path) -> None:
    """Write `path` to standard output: a terminal gets what it can show, a script the name's very bytes."""
    on_terminal = sys.stdout.isatty()
    name = printable(str(path)).encode(sys.stdout.encoding, "replace") if on_terminal else os.fsencode(path)
    sys.stdout.buffer.write(name + b"\n")
    sys.stdout.buffer.flush()


def _how_to_report(folder: SuiteFolder, export: Path | str) -> str:
    return f"cifar-tui report {folder.path} --export {export} makes it"
