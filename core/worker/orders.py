"""What was asked of a suite, as the worker heeds it."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from core.runs.commands import Command, Order, read_order
from core.runs.file_tail import LineTail

_PAUSE_POLL_SECONDS = 0.1


class Ended(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Raised between two steps to end a run early; `suite` tells whether the queued ones go too."""

    def __init__(self, reason: str, *, suite: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suite = suite


class SuiteOrders:
    """The worker's side of the command file: read here, once, and heeded by each run through its `Orders`.

    May be used from every run's thread.
    """

    def __init__(self, commands: Path) -> None:
        self._commands = LineTail(commands)
        self._reading = Lock()
        self._under_way: set[str] = set()
        self._skips: set[str] = set()
        self._retries: list[str] = []
        self._terminated = False
        self._stop_now = False
        self._pausing = False
        self.stop_after_epoch = False

    @property
    def suite_ends(self) -> bool:
        """Tell whether, as far as is known, no further run is to begin."""
        return self._terminated or self._stop_now or self.stop_after_epoch

    def begin(self, run: str) -> None:
        """Say that `run` begins: a skip of it from earlier was for an earlier try."""
        with self._reading:
            self._read()
            self._under_way.add(run)

    def end(self, run: str) -> None:
        """Say that `run` ends: what comes from now on is too late for a skip, and in time for a retry."""
        with self._reading:
            self._under_way.discard(run)
            self._skips.discard(run)

    def retries(self) -> list[str]:
        """Return the ended runs to train again, as asked since the last call."""
        with self._reading:
            self._read()
            retries, self._retries = self._retries, []
        return retries

    def terminate(self) -> None:
        """End the suite at the next look; safe to call from a signal handler."""
        self._terminated = True

    def pausing(self) -> bool:
        """Tell whether the runs under way are to hold."""
        return self._pausing

    def look(self, run: str) -> Ended | None:
        """Read what was asked since anybody looked; return the end of `run` where that is asked now."""
        with self._reading:
            self._read()
            if self._terminated:
                return Ended("terminated", suite=True)
            if self._stop_now:
                return Ended("asked to stop at once", suite=True)
            return Ended("skipped", suite=False) if run in self._skips else None

    def _read(self) -> None:
        for order in map(read_order, self._commands.poll()):
            match order:
                case Order(command=Command.PAUSE):
                    self._pausing = not self.suite_ends
                case Order(command=Command.RESUME):
                    self._pausing = False
                case Order(command=Command.SKIP, run=str(run)) if run in self._under_way:
                    self._skips.add(run)
                    # the next run goes on; others that are paused stay so
                    self._pausing = self._pausing and self._under_way > self._skips
                case Order(command=Command.RETRY, run=str(run)) if run not in self._under_way:
                    self._retries.append(run)
                case Order(command=Command.STOP_AFTER_EPOCH):
                    self.stop_after_epoch, self._pausing = True, False
                case Order(command=Command.STOP_NOW):
                    self._stop_now, self._pausing = True, False


class Orders:
    """What was asked, as the run `run` heeds it.

    `paused` is told when a pause of the run begins (True) and ends (False).
    """

    def __init__(self, suite: SuiteOrders, run: str, paused: Callable[[bool], None]) -> None:
        self._suite = suite
        self._run = run
        self._paused = paused

    @property
    def stop_after_epoch(self) -> bool:
        """Tell whether the epoch under way is to be the last."""
        return self._suite.stop_after_epoch

    def attend(self) -> float:
        """Carry out what was asked since the last call; return the seconds spent paused.

        Raises:
            Ended: somebody asked to skip this run, or to stop the suite at once.
        """
        self._obey()
        if not self._suite.pausing():
            return 0.0
        began = time.monotonic()
        self._paused(True)  # noqa: FBT003 - the callable's only argument
        while self._suite.pausing():
            time.sleep(_PAUSE_POLL_SECONDS)
            self._obey()
        self._paused(False)  # noqa: FBT003 - the callable's only argument
        return time.monotonic() - began

    def attend_early(self) -> None:
        """Do the same while there is no epoch to finish yet.

        Raises:
            Ended: as for `attend`, and where the suite is to stop after an epoch.
        """
        self.attend()
        if self.stop_after_epoch:
            raise Ended("asked to stop", suite=True)

    def _obey(self) -> None:
        if (end := self._suite.look(self._run)) is not None:
            raise end
