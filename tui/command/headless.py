"""`cifar-tui --headless`: trains a suite with no screen and writes the report."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from core.config.suite_config import SuiteConfig
from core.errors import EXIT_FAILED, EXIT_STOPPED, InputError
from core.printable import printable
from core.report import export_report
from core.results.model_table import model_table
from core.results.preset_text import preset_words
from core.runs.commands import Command
from core.runs.events import ModelSummarised
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunNotLengthened
from core.runs.notes import with_notes
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteReader, SuiteState
from core.runs.unfinished import EarlierSuite, earlier_suite
from core.supervisor.beginning import begin_suite, refuse_bad_input, touched_runs
from core.supervisor.lengthening import train_longer
from core.supervisor.resuming import go_on, resume
from core.supervisor.worker_process import WorkerProcess
from tui.command.background_display import BackgroundDisplay, Display
from tui.command.plain_log import PlainLines
from tui.command.progress_bars import ProgressBars
from tui.command.signals import Signals
from tui.command.standard_streams import STANDARD_ERROR, print_path
from tui.frame.options import GoOn, Outputs
from tui.text.narrator import Line, Narrator, data_words, device_words, notices
from tui.text.wording import epoch_line, norm_words, outcome_line

_POLL_SECONDS: Final = 0.1
_KILL_SECONDS: Final = 1.0


def run_headless(config: SuiteConfig, runs_dir: Path, outputs: Outputs, *, fresh: bool = False) -> int:
    """Train `config` and write its `outputs`; return the exit status.

    What has finished of a suite of the same runs is not trained again, unless everything is to be `fresh`.
    Only the report's path goes to standard output. The first interrupt ends the suite after the epoch under
    way and still writes the report; the second ends it at once. Whether what is shown is taken by anybody
    changes nothing of all this.

    Raises:
        InputError: the images or the device cannot be used, and no folder is left behind; or a worker is at
            work on the same runs.
    """
    earlier = None if fresh else earlier_suite(runs_dir, config.runs)
    if earlier is not None and earlier.alive:
        raise _in_training(earlier.folder)
    if earlier is None:
        return _carried_out(lambda: _new(config, runs_dir), outputs)
    return _carried_out(lambda: _rest(earlier, config), outputs)


def resume_headless(folder: SuiteFolder, wanted: GoOn, outputs: Outputs) -> int:
    """Go on with what is `wanted` of the suite in `folder`; as `run_headless`.

    Raises:
        InputError: there is nothing of the kind, it is being trained, or it cannot go on as it began.
    """
    begin = (
        partial(go_on, folder, wanted.runs, fresh=wanted.fresh)
        if wanted.epochs is None
        else partial(train_longer, folder, wanted.runs, wanted.epochs)
    )
    work = _Work(folder, begin, only=wanted.runs)
    return _carried_out(lambda: work, outputs)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be trained of a suite; `begin` starts a worker on it, and is None where nothing is left.

    `opening` is to be said first. A folder that was `made_here` goes where the input was bad. The exit status
    is about `only` these runs, or all.
    """

    folder: SuiteFolder
    begin: Callable[[], WorkerProcess] | None
    opening: str = ""
    made_here: bool = False
    only: tuple[str, ...] = ()


def _new(config: SuiteConfig, runs_dir: Path) -> _Work:
    folder = create_suite(runs_dir, config, datetime.now().astimezone())
    return _Work(folder, partial(begin_suite, folder), made_here=True)


def _rest(earlier: EarlierSuite, config: SuiteConfig) -> _Work:
    begin = None if earlier.complete else partial(resume, earlier, config)
    return _Work(earlier.folder, begin, _going_on(earlier))


def _carried_out(plan: Callable[[], _Work], outputs: Outputs) -> int:
    """Train what `plan` gives, show it, and write the `outputs`; return the exit status."""
    export = outputs.export
    with Signals.noted() as signals, BackgroundDisplay(_display(), partial(signals.giving_up, 1)) as show:
        work = plan()
        folder = work.folder
        if work.opening:
            show.log(work.opening)
        before = SuiteReader(folder).poll()
        state = before if work.begin is None else _follow(work.begin(), show, signals)
        touched = touched_runs(before, state)
        refuse_bad_input(touched, folder, made_here=work.made_here)
        for run in state.runs:
            show.log(outcome_line(run))
        show.hide()
        if signals.stops > 1:
            show.log(f"no report written; {_how_to_report(folder, export or 'report.md')}")
            return EXIT_STOPPED
        if export is not None:
            _write_report_in_any_case(state, folder, export, show, signals)
        if outputs.tensorboard is not None:
            from tui.command.export import export_below  # noqa: PLC0415 - seldom wanted

            show.log(f"for TensorBoard: {printable(str(export_below(outputs.tensorboard, folder.path)))}")
        if signals.stops:
            return EXIT_STOPPED
    wanted = [run for run in state.runs if not work.only or run.name in work.only]
    whole = all(run.outcome is Outcome.FINISHED for run in wanted)
    return 0 if whole and not any(isinstance(run.end, RunNotLengthened) for run in touched) else EXIT_FAILED


def _display() -> Display:
    """Return what shows a suite on standard error, through a stream that nothing else writes to."""
    stream = os.fdopen(os.dup(STANDARD_ERROR), "w", encoding=sys.stderr.encoding, errors="backslashreplace")
    return ProgressBars(Console(file=stream)) if stream.isatty() else PlainLines(stream)


def _in_training(folder: SuiteFolder) -> InputError:
    return InputError(
        f"{folder.path}: is being trained; cifar-tui attach {folder.path} shows it, "
        "--fresh trains a suite beside it"
    )


def _going_on(earlier: EarlierSuite) -> str:
    runs = len(earlier.config.runs)
    if earlier.complete:
        words = "the run is" if runs == 1 else f"all {runs} runs are"
        return f"{earlier.folder.place}: {words} finished, nothing is trained; --fresh trains all anew"
    finished = f"{earlier.finished} of {runs} runs {'is' if earlier.finished == 1 else 'are'} finished"
    return f"going on with {earlier.folder.place}: {finished}; --fresh trains all anew"


def _follow(worker: WorkerProcess, show: BackgroundDisplay, signals: Signals) -> SuiteState:
    """Show the suite until its worker has ended; return how it stands then."""
    narrator = Narrator(partial(_lines, folder=worker.folder.path, told={}))
    narrator.pass_over(run for run in worker.poll().runs if run.outcome.ended)  # before this worker

    def look() -> SuiteState:
        state = worker.poll()
        for line in narrator.news(state.runs):
            show.log(line)
        show.update(state)
        return state

    stops, lost = 0, False
    with signals.noting_suspends():
        while worker.running:
            state = look()
            if signals.stops > stops:
                stops = signals.stops
                _stop(worker, show, stops)
            if signals.suspends:
                _stand_still(worker, show, signals, pause=not state.pausing)
            if show.lost and not lost:
                lost = True
                _ask(worker, Command.DISPLAY_LOST)
            time.sleep(_POLL_SECONDS)
    return look()


def _stop(worker: WorkerProcess, show: BackgroundDisplay, times: int) -> None:
    if times == 1 and _ask(worker, Command.STOP_AFTER_EPOCH):
        show.log("stopping after this epoch; interrupt again to stop at once")
        return
    show.log("stopping at once")
    worker.terminate(_KILL_SECONDS)


def _stand_still(worker: WorkerProcess, show: BackgroundDisplay, signals: Signals, *, pause: bool) -> None:
    """Stop with the training until both are sent on; training that somebody paused stays so."""
    pause = pause and _ask(worker, Command.PAUSE)
    show.hide()
    signals.stand_still()
    if pause:
        _ask(worker, Command.RESUME)


def _ask(worker: WorkerProcess, command: Command) -> bool:
    """Ask something of the worker; return whether that could be written."""
    try:
        worker.ask(command)
    except OSError:
        return False
    return True


def _lines(run: RunState, folder: Path, told: dict[ModelSummarised, str]) -> Iterator[Line]:
    """Give everything worth saying of `run`, whose suite is in `folder`.

    Of runs with the same network the first tells its layers; `told` keeps whose those were.
    """
    if run.data is not None and run.environment is not None:
        where = f"on {device_words(run)}; events in {printable(str(folder / run.name))}"
        yield "data", lambda: f"{run.name}: {data_words(run)}, {where}"
    if run.started is not None and (run.started.config.edited or run.started.config.model):
        words = preset_words(run.started.config)
        yield "recipe", lambda: f"{run.name}: {words}"
    if (model := run.model) is not None and told.setdefault(model, run.name) == run.name:
        yield "model", lambda: f"{norm_words(run)}\n{model_table(model)}"
    yield from notices(run)
    for index, result in enumerate(run.epochs):
        if result.test is not None:
            yield result.epoch, partial(epoch_line, run, index)


def _write_report_in_any_case(
    state: SuiteState, folder: SuiteFolder, export: Path, show: BackgroundDisplay, signals: Signals
) -> None:
    """Write the report, also where an interrupt comes meanwhile; the second makes an end of it."""
    words = "finishing the report; interrupt again to do without"
    try:
        with signals.giving_up(after=2, told=lambda: show.log(words)):
            write_report(
                with_notes(folder, state.runs), export, otherwise=f"; {_how_to_report(folder, 'FILE')}"
            )
    except KeyboardInterrupt:
        show.log(f"no report written; {_how_to_report(folder, export)}")


def write_report(runs: Sequence[RunState], export: Path, otherwise: str = "") -> None:
    """Write the report on `runs` and its path to standard output.

    Raises:
        InputError: it cannot be written; the message ends with `otherwise`.
    """
    try:
        export_report(runs, export)
    except OSError as error:
        raise InputError(f"--export {export}: cannot be written ({error.strerror}){otherwise}") from None
    print_path(export)


def _how_to_report(folder: SuiteFolder, export: Path | str) -> str:
    return f"cifar-tui report {folder.place} --export {printable(str(export))} makes it"
