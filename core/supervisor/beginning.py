"""The beginning of a suite, which leaves nothing behind where it fails."""

from collections.abc import Sequence

from core.errors import InputError
from core.runs.folder import SuiteFolder, discard_suite
from core.runs.life_events import Fault, RunFailed, RunNotLengthened
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from core.supervisor.warm_worker import WarmWorker
from core.supervisor.worker_process import WorkerProcess


def begin_suite(folder: SuiteFolder, warm: WarmWorker | None = None) -> WorkerProcess:
    """Start a worker on all of a suite that was just made; where none can start, its folder goes.

    Raises:
        OSError: the worker cannot be started.
    """
    try:
        return WorkerProcess.start(folder, warm=warm)
    except OSError:
        discard_suite(folder)
        raise


def touched_runs(before: SuiteState, now: SuiteState) -> list[RunState]:
    """Return the runs that something has happened to since `before`, as they are `now`."""
    pairs = zip(now.runs, before.runs, strict=True)
    return [run for run, old in pairs if run.updated_at != old.updated_at]


def refuse_bad_input(runs: Sequence[RunState], folder: SuiteFolder, *, made_here: bool) -> None:
    """Raise InputError where one of `runs`, which were to be trained, failed by what the user gave.

    A folder that was `made_here` goes, where nothing was trained.
    """
    for run in runs:
        if isinstance(run.end, RunFailed | RunNotLengthened) and run.end.fault is Fault.INPUT:
            if made_here and not any(r.epochs for r in runs):
                discard_suite(folder)
            raise InputError(run.end.error)
