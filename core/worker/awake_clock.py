"""Tells how long the worker computed, without the time in which it stood still."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

_GAP_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.2  # between two looks of somebody who always looks
_BUSY_SHARE: Final = 0.5  # of a core


@dataclass(frozen=True, slots=True)
class Standstill:
    """All the time, in seconds of the wall clock, in which the process did nothing; it ended at `until`."""

    seconds: float = 0.0
    until: float = 0.0


class AwakeClock:
    """A monotonic clock, in seconds, that stops while this process is frozen; for all of its threads.

    Somebody must look at it several times a second, whatever the process is busy with. Where nobody looked
    for three seconds, the process was stopped (SIGSTOP, a debugger, a frozen container) or had nothing to run
    on. A long step is no such gap: other threads can look meanwhile. Where the process had half a core in
    that time, it was busy with something that lets no other thread run, and no time is left out. That the
    machine slept, or somebody set its clock, shows in the wall clock alone, which is ahead by more than that.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        processor: Callable[[], float] = time.process_time,
    ) -> None:
        self._clocks = (monotonic, wall, processor)
        self._seen = (monotonic(), wall(), processor())
        self._left_out = 0.0
        self._standstill = Standstill()
        self._looking = Lock()

    def __call__(self) -> float:
        """Return the seconds in which the process ran, from an unspecified moment on."""
        with self._looking:
            self._look()
            return self._seen[0] - self._left_out

    @property
    def standstill(self) -> Standstill:
        """All standstills so far, added up."""
        with self._looking:
            self._look()
            return self._standstill

    def _look(self) -> None:
        monotonic, wall, processor = self._clocks
        now = (monotonic(), wall(), processor())
        passed, by_the_wall, computed = (new - old for new, old in zip(now, self._seen, strict=True))
        self._seen = now
        frozen = 0.0
        if passed > _GAP_SECONDS and computed < _BUSY_SHARE * passed:
            frozen = passed - _LOOK_SECONDS
        missing = by_the_wall - (passed - frozen)
        self._left_out += frozen
        if frozen or missing > _GAP_SECONDS:
            self._standstill = Standstill(self._standstill.seconds + max(missing, 0.0), now[1])
