"""Starts a suite's worker, ends it, and says for it what it could not say itself."""

import subprocess
import sys
from dataclasses import replace
from time import time
from typing import Final, Self

from core.control import Command, ask
from core.errors import EXIT_BAD_INPUT, EXIT_STOPPED, InputError
from core.event_log import EventWriter
from core.events import Record, RunLost, RunStopped
from core.run_folder import SuiteFolder
from core.run_state import Outcome, RunState
from core.suite_watch import SuiteState, SuiteWatch

_TAIL_LINES: Final = 20
_ORDERLY: Final = (0, EXIT_BAD_INPUT, EXIT_STOPPED)  # exit codes a worker leaves waiting runs with


class Runner:
    """A suite whose worker is our child.

    The worker leads its own session: no signal of our terminal reaches it, and it outlives us.
    """

    def __init__(self, folder: SuiteFolder, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self._process = process
        self._watch = SuiteWatch(folder)
        self._reaped = False
        self._terminated = False
        self._unwritten: dict[str, Record] = {}

    @classmethod
    def start(cls, folder: SuiteFolder) -> Self:
        """Start a worker on the suite in `folder`.

        Raises:
            InputError: a worker is at work there already.
            OSError: the process cannot be started.
        """
        if folder.alive():
            raise InputError(f"{folder.path}: is being trained already; wait for its end or stop it")
        folder.commands.unlink(missing_ok=True)  # an earlier worker's orders are not this one's
        # -P: a folder named "core" where the user happens to stand must not be imported instead of ours
        command = [sys.executable, "-P", "-m", "core.worker", str(folder.path)]
        with folder.stderr.open("ab") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        return cls(folder, process)

    @property
    def worker_pid(self) -> int:
        """The worker's process number."""
        return self._process.pid

    def poll(self) -> SuiteState:
        """Return how every run stands; after the worker's end, also what it left unsaid."""
        exit_code = self._process.poll()
        state = self._watch.poll()
        if exit_code is not None and not self._reaped:
            self._reaped = True
            self._reap(state, exit_code)
            state = self._watch.poll()
        return replace(state, runs=tuple(self._with_unwritten(run) for run in state.runs))

    @property
    def running(self) -> bool:
        """Tell whether the worker lives."""
        return self._process.poll() is None

    def ask(self, command: Command, run: str | None = None) -> None:
        """Ask something of the worker; a skip names its run.

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

    def _reap(self, state: SuiteState, exit_code: int) -> None:
        """Write the end of a run whose worker died without a last word."""
        lost = [run.name for run in state.runs if run.outcome is Outcome.RUNNING]
        if not lost and not self._terminated and exit_code not in _ORDERLY:
            # it died before it could say what it was at
            lost = [run.name for run in state.runs if run.outcome is Outcome.WAITING][:1]
        tail = self.folder.stderr.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        end = (
            RunStopped(reason="killed when asked to stop at once")
            if self._terminated
            else RunLost(exit_code=exit_code, stderr_tail="\n".join(tail))
        )
        for name in lost:
            try:
                with EventWriter(self.folder.run(name).events) as log:
                    log.write(end)
            except OSError:  # a full disk, perhaps what the worker died of; the state must be true even so
                self._unwritten[name] = Record(-1, time(), end)

    def _with_unwritten(self, run: RunState) -> RunState:
        record = self._unwritten.get(run.name)
        return run if record is None else run.apply(record)
