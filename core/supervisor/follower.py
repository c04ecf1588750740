"""Follows any suite: one whose worker is our child, another terminal's, or one that ended long ago."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from core.errors import InputError
from core.runs.commands import Command, ask
from core.runs.death import lost
from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader, SuiteState
from core.supervisor.lost_runs import record_lost
from core.supervisor.stall import StallWatch
from core.supervisor.worker_process import WorkerProcess

_LOOK_SECONDS: Final = 1.0
_DEAD_LOOKS: Final = 2  # the second leaves the worker's parent, who knows the exit code, time to speak first


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a suite stands; `alive` tells whether a worker is at work in it."""

    folder: SuiteFolder
    state: SuiteState
    alive: bool


class SuiteFollower:
    """Follows the suite in `folder`, whose worker is `worker`'s where there is one; `clock` is in seconds.

    Where the worker isn't our child and dies, that is recorded within three seconds of polling.

    Raises:
        InputError: the folder holds no suite.
    """

    def __init__(
        self,
        folder: SuiteFolder,
        worker: WorkerProcess | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self._worker = worker
        self._reader = worker.reader if worker is not None else SuiteReader(folder)
        self._stall = StallWatch(folder, self._reader, clock)
        self._clock = clock
        self._alive = False
        self._looked = float("-inf")
        self._dead_looks = 0

    @property
    def worker_pid(self) -> int | None:
        """The worker's process number; None where it isn't our child, or has ended."""
        return None if self._worker is None else self._worker.pid

    def poll(self) -> Snapshot:
        """Return how the suite stands now.

        Raises:
            OSError: a file is there but cannot be read.
        """
        was_alive = self._alive
        state = self._watched() if self._worker is None else self._followed(self._worker)
        if state.unheard and was_alive and not self._alive:  # asked of a worker that was leaving
            with suppress(InputError, OSError):  # then the runs stay as they are
                self._begin(state.unheard, fresh=state.unheard_fresh)
                state = self._reader.poll()
        if self._worker is None:
            state = self._stall.judged(state, alive=self._alive)
        return Snapshot(self.folder, state, self._alive)

    def ask(self, command: Command, run: str | None = None) -> None:
        """Ask something of the worker; a skip names its run.

        Raises:
            OSError: the command file cannot be written.
        """
        ask(self.folder.commands, command, run)

    def retry(self, run: str, *, fresh: bool) -> None:
        """Train `run` again: the worker at work does it behind its other runs, else one is started for it.

        It goes on from its checkpoint, or if `fresh` begins anew. One that is under way, queued or finished
        is left as it is.

        Raises:
            InputError: the run was deleted, or the suite is stopping, or somebody has just begun to train it.
            OSError: the worker cannot be asked or started.
        """
        state = self.poll().state
        outcome = next((r.outcome for r in state.runs if r.name == run), None)
        if outcome is None or run not in self.folder.config().names:
            raise InputError(f"{self.folder.run(run).path}: there is no such run; it may have been deleted")
        if outcome is not Outcome.WAITING and not outcome.can_be_retried:
            return
        if not self._alive:
            self._begin([run], fresh=[run] * fresh)
        elif state.stopping:
            raise InputError(f"{self.folder.path.name} is stopping; retry when it has ended")
        elif run not in state.queued:
            self.ask(Command.RETRY if fresh else Command.GO_ON, run)

    def _followed(self, worker: WorkerProcess) -> SuiteState:
        self._alive = worker.running  # asked before the poll, which then reads its last event
        state = worker.poll()
        if not self._alive:
            self._worker = None
        return state

    def _watched(self) -> SuiteState:
        """Return what the files say, and look at times whether who writes them is alive.

        A suite that ended long ago with nothing queued is not looked at: the files say who trains it again.
        """
        state = self._reader.poll()
        if not state.under_way:
            if self._alive or state.control.is_open:
                self._alive, self._dead_looks = self.folder.alive(), 0
            return state
        if self._clock() - self._looked < _LOOK_SECONDS:
            return state
        self._looked = self._clock()
        if self.folder.alive():
            self._alive, self._dead_looks = True, 0
            return state
        self._dead_looks += 1
        if self._dead_looks < _DEAD_LOOKS:
            return state
        if record_lost(self.folder, self._reader, lost(self.folder, None)):
            self._alive, self._dead_looks = False, 0
        return self._reader.poll()

    def _begin(self, runs: Sequence[str], fresh: Sequence[str]) -> None:
        self._worker = WorkerProcess.start(self.folder, runs, fresh=fresh, reader=self._reader)
        self._alive = True
