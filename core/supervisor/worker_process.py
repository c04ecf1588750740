"""Starts a suite's worker, ends it, and says for it what it could not say itself."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from time import time
from typing import Final, Self

from core.errors import EXIT_BAD_INPUT, EXIT_STOPPED, InputError
from core.runs.commands import Command, ask, renew
from core.runs.events import RunStopped
from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteState, SuiteWatch
from core.supervisor import lost_runs
from core.supervisor.warm_worker import WarmWorker
from core.supervisor.worker_environment import worker_environment

_ORDERLY: Final = (0, EXIT_BAD_INPUT, EXIT_STOPPED)  # exit codes a worker leaves waiting runs with
_LOCK_SECONDS: Final = 0.3  # somebody who looks, or says a last word, holds the lock for a moment


class Runner:
    """A suite whose worker, begun at `began` (Unix seconds) on all of it or on `runs` of it, is our child.

    The worker leads its own session: no signal of our terminal reaches it, and it outlives us.
    """

    def __init__(
        self,
        folder: SuiteFolder,
        process: subprocess.Popen[bytes],
        *,
        began: float,
        runs: Sequence[str] | None = None,
        watch: SuiteWatch | None = None,
    ) -> None:
        self.folder = folder
        self.watch = watch or SuiteWatch(folder)
        self._process = process
        self._began = began
        self._runs = folder.config().names if runs is None else runs
        self._reaped = False
        self._terminated = False

    @classmethod
    def start(
        cls,
        folder: SuiteFolder,
        runs: Sequence[str] | None = None,
        warm: WarmWorker | None = None,
        watch: SuiteWatch | None = None,
    ) -> Self:
        """Start a worker on all of the suite in `folder`, or on `runs` of it; on `warm` if that still lives.

        `watch`, where somebody follows the suite already, is what the runner goes on with.

        Raises:
            InputError: a worker is at work there already.
            OSError: the process cannot be started; nothing is queued then.
        """
        watch = watch or SuiteWatch(folder)
        names = folder.config().names if runs is None else runs
        if not lost_runs.say(folder, watch, lost_runs.lost(folder, None), patience=_LOCK_SECONDS):
            raise InputError(f"{folder.path}: is being trained already; wait for its end or stop it")
        began = time()
        try:
            # an earlier worker's orders and complaints are not this one's
            renew(folder.commands, runs)
            folder.stderr.write_bytes(b"")
            process = warm.train(folder, runs) if warm is not None else None
            process = process or _spawned(folder, runs or ())
        except OSError:
            with suppress(OSError):
                renew(folder.commands, ())
            raise
        return cls(folder, process, began=began, runs=names, watch=watch)

    @property
    def worker_pid(self) -> int:
        """The worker's process number."""
        return self._process.pid

    def poll(self) -> SuiteState:
        """Return how every run stands; after the worker's end, also what it left unsaid."""
        exit_code = self._process.poll()
        if exit_code is not None and not self._reaped:
            self._reaped = True
            self._reap(exit_code)
        return self.watch.poll()

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

    def terminate(self, patience: float) -> None:
        """End the worker at once; kill it where it has not ended within `patience` seconds."""
        self._terminated = True
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _reap(self, exit_code: int) -> None:
        """Say the end of the runs whose worker died without a last word."""
        end = (
            RunStopped(reason="killed when asked to stop at once")
            if self._terminated
            else lost_runs.lost(self.folder, exit_code)
        )
        orderly = self._terminated or exit_code in _ORDERLY
        unsaid = lost_runs.running if orderly else self._lost
        lost_runs.say(self.folder, self.watch, end, unsaid, patience=_LOCK_SECONDS)

    def _lost(self, state: SuiteState) -> list[str]:
        """Name the runs under way, or the next where the worker died before it could say what it was at."""
        begun = [run for run in state.runs if run.started_at is not None and run.started_at >= self._began]
        if any(run.outcome in (Outcome.RUNNING, Outcome.LOST) for run in begun):
            return lost_runs.running(state)
        names = {run.name for run in begun}
        return [name for name in self._runs if name not in names][:1]


def _spawned(folder: SuiteFolder, runs: Sequence[str]) -> subprocess.Popen[bytes]:
    # -P: a folder named "core" where the user happens to stand must not be imported instead of ours
    command = [sys.executable, "-P", "-m", "core.worker", str(folder.path), *runs]
    with folder.stderr.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=worker_environment(),
            start_new_session=True,
        )
