"""What anybody may ask of a running suite: appended to its command file, which the worker reads."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from core.runs.file_tail import LineTail

_PAUSE_POLL_SECONDS = 0.1


class Command(StrEnum):
    """What can be asked of a suite; a skip and a retry name the run they are for."""

    TRAIN = "train"  # no order: says which runs the worker was started for, where not for all
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"  # end this run now, go on with the others
    RETRY = "retry"  # train this ended run again, behind the others
    STOP_AFTER_EPOCH = "stop-after-epoch"  # finish the epoch and its evaluation, then end the suite
    STOP_NOW = "stop-now"


@dataclass(frozen=True, slots=True)
class Order:
    """A line of the command file: what was asked, for which run, and when (Unix seconds, NaN if unknown).

    `runs` are those a worker was started for.
    """

    command: Command
    run: str | None
    time: float
    runs: tuple[str, ...] = ()


def ask(commands: Path, command: Command, run: str | None = None) -> None:
    """Append `command`, for the run named `run` where it needs one, to a suite's command file.

    Raises:
        OSError: the file cannot be written.
    """
    with commands.open("ab", buffering=0) as file:
        file.write(json.dumps({"command": command, "run": run, "t": time.time()}).encode() + b"\n")


def renew(commands: Path, runs: Sequence[str] | None) -> None:
    """Begin a suite's command file anew for a worker that is to train `runs` of it (None: all).

    Raises:
        OSError: the file cannot be written.
    """
    if runs is None:
        commands.unlink(missing_ok=True)
        return
    half = commands.with_suffix(".half")
    half.write_text(json.dumps({"command": Command.TRAIN, "runs": list(runs), "t": time.time()}) + "\n")
    half.replace(commands)  # a file of its own, which no follower takes for the earlier worker's


def read_order(line: str) -> Order | None:
    """Read a line of the command file; None where this version does not know it: a newer one may ask."""
    try:
        fields = json.loads(line)
        command, runs = Command(fields["command"]), tuple(fields.get("runs", ()))
        return Order(command, fields.get("run"), float(fields.get("t", "nan")), runs)
    except (ValueError, KeyError, TypeError):
        return None


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
