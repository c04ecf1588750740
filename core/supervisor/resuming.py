"""Goes on with a suite that was begun before."""

from dataclasses import replace

from core.config.run_config import SuiteConfig
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
