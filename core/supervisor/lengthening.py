"""Trains finished runs for more epochs than were planned."""

from collections.abc import Sequence
from typing import Final

from core.config.presets import Schedule
from core.config.run_config import Rates, settings
from core.errors import InputError
from core.runs.checkpoint_file import DamagedError, read_checkpoint
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteReader
from core.supervisor.resuming import no_such_run
from core.supervisor.warm_worker import WarmWorker
from core.supervisor.worker_process import WorkerProcess, in_use

_SCHEDULES: Final = {
    Schedule.STEP: "falls to a tenth for the last quarter of its epochs",
    Schedule.LINEAR: "falls to zero with the last of its epochs",
}
_ANEW: Final = "train it anew with more --epochs"


def train_longer(
    folder: SuiteFolder, runs: Sequence[str], epochs: int, *, warm: WarmWorker | None = None
) -> WorkerProcess:
    """Start a worker that trains `runs` of the suite in `folder`, or all of it, to `epochs` epochs in all.

    Raises:
        InputError: as for `check_longer`, or the suite is in training.
        OSError: the worker cannot be started, or the suite's folder not be written.
    """
    names = check_longer(folder, runs, epochs)
    before = folder.config()
    folder.write_config(before.lengthened(names, epochs))
    try:
        return WorkerProcess.start(folder, names, warm=warm)
    except (InputError, OSError):
        folder.write_config(before)
        raise


def check_longer(folder: SuiteFolder, runs: Sequence[str], epochs: int) -> tuple[str, ...]:
    """Return which runs are to train to `epochs` epochs: `runs`, or where none are given the suite's own.

    Raises:
        InputError: there is no such run, or one that cannot be trained longer; the message says why, and what
            would be right.
    """
    if folder.alive():
        raise in_use(folder)
    reader = SuiteReader(folder)
    states = {state.name: state for state in reader.poll().runs}
    for name in runs:
        if name not in states:
            raise no_such_run(folder, name, reader.names)
    names = tuple(name for name in reader.names if not runs or name in runs)
    for name in names:
        reason = cannot_be_longer(states[name], folder.run(name)) or _too_few(states[name], epochs)
        if reason:
            raise InputError(f"{folder.path}: {name} {reason}")
    folder.config().lengthened(names, epochs)  # refuses what no suite can have
    return names


def cannot_be_longer(state: RunState, folder: RunFolder) -> str:
    """Say after a run's name why it cannot be trained longer, and what would be right; nothing if it can."""
    if state.outcome is not Outcome.FINISHED or state.started is None:
        return "has not finished: resume goes on with it, without --epochs"
    schedule = state.started.recipe.schedule
    if schedule in _SCHEDULES:
        return (
            f"cannot be trained longer: its learning rate {_SCHEDULES[schedule]}, so that more are "
            f"another training; {_ANEW}, or with --schedule {Rates.CONSTANT}, whose runs can be longer"
        )
    try:
        if read_checkpoint(folder.checkpoint) is not None:
            return ""
        trouble = "is not there any more"
    except DamagedError as error:
        trouble = f"is {error}"
    except OSError as error:
        trouble = f"cannot be read ({error.strerror})"
    return f"cannot be trained longer: {folder.checkpoint.name} {trouble}; {_ANEW}"


def _too_few(state: RunState, epochs: int) -> str:
    trained = len(state.epochs)
    most = settings()["epochs"].kind.wanted
    return "" if epochs > trained else f"has {trained} epochs: --epochs must be more, and {most}"
