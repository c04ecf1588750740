"""What anybody may ask of a running suite: appended to its command file, which the worker reads."""

import json
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from core.line_tail import LineTail

_PAUSE_POLL_SECONDS = 0.1


class Command(StrEnum):
    """What can be asked of a suite; a skip names the run it is for."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"  # end this run now, go on with the next
    STOP_AFTER_EPOCH = "stop-after-epoch"  # finish the epoch and its evaluation, then end the suite
    STOP_NOW = "stop-now"


def ask(commands: Path, command: Command, run: str | None = None) -> None:
    """Append `command`, for the run named `run` where it is a skip, to a suite's command file.

    Raises:
        OSError: the file cannot be written.
    """
    with commands.open("ab", buffering=0) as file:
        file.write(json.dumps({"command": command, "run": run}).encode() + b"\n")


class Ended(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Raised between two steps to end a run early; `suite` tells whether the queued ones go too."""

    def __init__(self, reason: str, *, suite: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suite = suite


class Orders:
    """The worker's side of the command file.

    `paused` is told when a pause begins (True) and ends (False).
    """

    def __init__(self, commands: Path, paused: Callable[[bool], None]) -> None:
        self._commands = LineTail(commands)
        self._paused = paused
        self._terminated = False
        self._run: str | None = None
        self.stop_after_epoch = False

    def begin(self, run: str) -> None:
        """Say which run the worker is at: a skip that comes too late must not hit the next one."""
        self._run = run

    def terminate(self) -> None:
        """End the suite at the next look; safe to call from a signal handler."""
        self._terminated = True

    def attend(self) -> float:
        """Carry out what was asked since the last call; return the seconds spent paused.

        Raises:
            Ended: somebody asked to skip this run, or to stop the suite at once.
        """
        pausing = self._obey(pausing=False)
        if not pausing:
            return 0.0
        began = time.monotonic()
        self._paused(True)  # noqa: FBT003 - the callable's only argument
        while self._obey(pausing=True) and not self.stop_after_epoch:
            time.sleep(_PAUSE_POLL_SECONDS)
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

    def _obey(self, *, pausing: bool) -> bool:
        """Read new commands; return whether the run is to be paused after them."""
        if self._terminated:
            raise Ended("terminated", suite=True)
        end: Ended | None = None
        for command, run in map(_parse, self._commands.poll()):
            match command:
                case Command.PAUSE:
                    pausing = True
                case Command.RESUME:
                    pausing = False
                case Command.SKIP if run == self._run:
                    end = end or Ended("skipped", suite=False)
                case Command.STOP_AFTER_EPOCH:
                    self.stop_after_epoch = True
                case Command.STOP_NOW:
                    end = Ended("asked to stop at once", suite=True)
        if end is not None:
            raise end
        return pausing


def _parse(line: str) -> tuple[Command | None, str | None]:
    """Read a command and its run; no command where this version does not know it: a newer one may ask."""
    try:
        order = json.loads(line)
        return Command(order["command"]), order.get("run")
    except (ValueError, KeyError, TypeError):
        return None, None
