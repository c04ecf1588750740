"""Goes on with a suite that was begun before."""

from collections.abc import Sequence
from dataclasses import replace

from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader
from core.runs.unfinished import EarlierSuite
from core.supervisor.warm_worker import WarmWorker
from core.supervisor.worker_process import WorkerProcess


def resume(earlier: EarlierSuite, wanted: SuiteConfig, warm: WarmWorker | None = None) -> WorkerProcess:
    """Start a worker on what has not finished of `earlier`, with the settings of the suite that `wanted` has.

    Runs that were begun go on from their checkpoints.

    Raises:
        InputError: a worker is at work there already, or the suite cannot be read any more.
        OSError: the worker cannot be started, or the suite's folder not be written.
    """
    folder, config = earlier.folder, earlier.config
    wanted = replace(wanted, runs=config.runs, names=config.names)
    if replace(config, command=wanted.command) != wanted and not folder.alive():
        folder.write_config(wanted)
    # looked at again: another worker may have come and gone since it was found
    reader = SuiteReader(folder)
    unfinished = [run.name for run in reader.poll().runs if run.outcome is not Outcome.FINISHED]
    return WorkerProcess.start(folder, unfinished, warm=warm, reader=reader)


def go_on(
    folder: SuiteFolder, runs: Sequence[str] = (), *, fresh: bool = False, warm: WarmWorker | None = None
) -> WorkerProcess:
    """Start a worker on what has not finished of the suite in `folder`, or on those of `runs` alone.

    Runs that were begun go on from their checkpoints, or if `fresh` begin anew.

    Raises:
        InputError: there is no such run, or nothing that has not finished, or the suite is in training, or
            was begun by another version's recipe.
        OSError: the worker cannot be started, or the suite's folder not be written.
    """
    reader = SuiteReader(folder)
    unfinished = [run.name for run in reader.poll().runs if run.outcome is not Outcome.FINISHED]
    for name in runs:
        if name not in reader.names:
            raise no_such_run(folder, name, reader.names)
        if name not in unfinished:
            raise InputError(f"{folder.path}: {name} has finished; there is nothing to go on with")
    wanted = [name for name in unfinished if not runs or name in runs]
    if not wanted:
        raise InputError(f"{folder.path}: all runs have finished; there is nothing to go on with")
    return WorkerProcess.start(folder, wanted, fresh=wanted if fresh else (), warm=warm, reader=reader)


def no_such_run(folder: SuiteFolder, name: str, names: Sequence[str]) -> InputError:
    """Return that the suite in `folder`, whose runs are `names`, has none called `name`, in words."""
    return InputError(f"{folder.path}: has no run {name}; must be one of {', '.join(names)}")
