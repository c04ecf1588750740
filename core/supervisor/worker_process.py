"""Starts a suite's worker, ends it, and records the end of the runs it left without one."""

import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final, Self

from core.config.own_model import ModelSource
from core.errors import EXIT_BAD_INPUT, EXIT_STOPPED, InputError
from core.runs.commands import Command, ask
from core.runs.death import lost
from core.runs.event_log import EventWriter
from core.runs.file_tail import LineTail
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunStopped
from core.runs.model_file import unchanged_model
from core.runs.run_state import RunState
from core.runs.safe_files import empty_file, open_to_append
from core.runs.suite_events import RunsQueued, WorkerEnded
from core.runs.suite_state import SuiteReader, SuiteState
from core.runs.write_trouble import FolderError
from core.supervisor.child_command import child_command
from core.supervisor.lost_runs import record_lost, under_way, under_way_or_next
from core.supervisor.stall import StallWatch
from core.supervisor.warm_worker import WarmWorker
from core.supervisor.worker_environment import worker_environment

_ORDERLY: Final = (0, EXIT_BAD_INPUT, EXIT_STOPPED)  # exit codes a worker leaves waiting runs with
_LOCK_SECONDS: Final = 0.3  # somebody who looks, or records an end, holds the lock for a moment


class WorkerProcess:
    """A suite whose worker is our child.

    The worker leads its own session: no signal of our terminal reaches it, and it outlives us.
    """

    def __init__(
        self, folder: SuiteFolder, process: subprocess.Popen[bytes], reader: SuiteReader | None = None
    ) -> None:
        self.folder = folder
        self.reader = reader or SuiteReader(folder)
        self._stall = StallWatch(folder, self.reader)
        self._process = process
        self._reaped = False
        self._terminated = False

    @classmethod
    def start(
        cls,
        folder: SuiteFolder,
        runs: Sequence[str] | None = None,
        *,
        fresh: Sequence[str] = (),
        warm: WarmWorker | None = None,
        reader: SuiteReader | None = None,
    ) -> Self:
        """Start a worker on all of the suite in `folder`, or on `runs` of it; on `warm` if that still lives.

        Runs that were begun go on from their checkpoints, but those of `fresh` begin anew. `reader`, where
        somebody follows the suite already, is what the worker goes on with.

        Raises:
            InputError: a worker is at work there already, or a user's network or the recipe of a run is not
                what it was.
            FolderError: the process cannot be started; nothing is queued then.
        """
        for model, digest in {(run.model, run.model_digest) for run in folder.config().runs}:
            if model is not None:
                unchanged_model(ModelSource.of(model), digest)
        reader = reader or SuiteReader(folder)
        _refuse_another_recipe(folder, (run for run in reader.poll().runs if run.name not in fresh))
        names = reader.names if runs is None else tuple(runs)
        try:
            return cls(folder, _begun(folder, names, tuple(fresh), reader, warm), reader)
        except OSError as error:
            raise FolderError(folder.path, error, "no worker can start") from error

    @property
    def pid(self) -> int:
        """The worker's process number."""
        return self._process.pid

    def poll(self) -> SuiteState:
        """Return how every run stands; after the worker's end, also of those it left without one."""
        exit_code = self._process.poll()
        if exit_code is not None and not self._reaped:
            self._reaped = True
            self._reap(exit_code)
        return self._stall.judged(self.reader.poll(), alive=exit_code is None)

    @property
    def running(self) -> bool:
        """Tell whether the worker lives."""
        return self._process.poll() is None

    def ask(self, command: Command, run: str | None = None) -> None:
        """Ask something of the worker; a skip and a retry name their run.

        Raises:
            OSError: the command file cannot be written.
        """
        ask(self.folder.commands, command, run)

    def terminate(self, timeout: float) -> None:
        """End the worker at once; kill it where it has not ended within `timeout` seconds."""
        self._terminated = True
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _reap(self, exit_code: int) -> None:
        """Record the end of the runs that the worker left without one."""
        end = (
            RunStopped(reason="killed when asked to stop at once")
            if self._terminated
            else lost(self.folder, exit_code)
        )
        orderly = self._terminated or exit_code in _ORDERLY
        select = under_way if orderly else under_way_or_next
        record_lost(self.folder, self.reader, end, exit_code=exit_code, select=select, timeout=_LOCK_SECONDS)


def _begun(
    folder: SuiteFolder,
    names: tuple[str, ...],
    fresh: tuple[str, ...],
    reader: SuiteReader,
    warm: WarmWorker | None,
) -> subprocess.Popen[bytes]:
    """Queue the runs `names`, those of `fresh` to begin anew, and start a worker on them."""
    if not record_lost(folder, reader, lost(folder, None), timeout=_LOCK_SECONDS):
        raise in_use(folder)
    empty_file(folder.stderr)  # an earlier worker's complaints are not this one's
    read = sum(1 for _ in LineTail(folder.commands).new_lines())
    _record(folder, RunsQueued(runs=names, commands=read, fresh=fresh))
    try:
        process = warm.train(folder) if warm is not None else None
        return process or _spawned(folder)
    except OSError:
        with suppress(OSError, InputError):
            _record(folder, WorkerEnded(exit_code=None))
        raise


def _refuse_another_recipe(folder: SuiteFolder, kept: Iterable[RunState]) -> None:
    """Refuse to train beside runs that are `kept` of another version, in which their preset was another.

    Raises:
        InputError: there is such a run; the others would be compared with it as if they were of one recipe.
    """
    for run in kept:
        if run.started is not None and run.started.recipe != run.started.config.recipe:
            raise InputError(
                f"{folder.path}: {run.name} was trained by the recipe that another version had for "
                f"{run.started.config.preset}, and a suite does not go on by another; train it as a new suite"
            )


def in_use(folder: SuiteFolder) -> InputError:
    """Return that another worker is at work in `folder`, in words."""
    return InputError(f"{folder.path}: is being trained already; wait for its end or stop it")


def _record(folder: SuiteFolder, event: RunsQueued | WorkerEnded) -> None:
    try:
        with folder.lock().acquire(timeout=_LOCK_SECONDS), EventWriter(folder.log) as log:
            log.write(event)
    except TimeoutError:
        raise in_use(folder) from None


def _spawned(folder: SuiteFolder) -> subprocess.Popen[bytes]:
    command = [*child_command("core.worker"), str(folder.path)]
    with open_to_append(folder.stderr) as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=worker_environment(),
            start_new_session=True,
        )
