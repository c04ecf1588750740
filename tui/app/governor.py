"""Holds the dashboard to a small share of the machine, so that watching costs training next to nothing."""

import time
from collections.abc import Callable
from enum import Enum
from typing import Final

_OF_THE_MACHINE: Final = 0.015  # the rest of two hundredths is for looking at files and for keys
_BESIDE_GPU: Final = 0.15  # of a core, at the least, where the processor is not what trains
_BEGINNING_SECONDS: Final = 10.0  # after a suite was opened: who did that waits for its curves to move
_PAUSE_SECONDS: Final = 0.5  # between two keys, at the least, is a pause in typing
_TYPING_WAIT: Final = 2.0  # how long plots wait for one, beyond when they were due


class Redraw(Enum):
    """What is drawn at its own pace: its part of the share, and the longest it waits, in seconds."""

    BARS = (0.4, 1.0, 1.0)  # numbers and bars: cheap, and what people look at
    PLOTS = (0.6, 1.75, 1.0)  # and a tick more are two seconds: who looks is to see the curves move

    def __init__(self, part: float, longest_wait: float, longest_at_first: float) -> None:
        self.part = part
        self.longest_wait = longest_wait
        self.longest_at_first = longest_at_first


def share_beside_training(cores: int, *, on_processor: bool) -> float:
    """Return how much the dashboard may take of a machine of `cores` cores while it trains: in cores."""
    share = _OF_THE_MACHINE * cores
    return share if on_processor else max(share, _BESIDE_GPU)


class Governor:
    """Spaces redraws so that each kind takes its part of `share`, in processor time of this whole process.

    `share` is in cores: 0.04 is two hundredths of a machine of two.

    What a redraw cost is known when the next one is asked for: Textual draws between two ticks. `clock` and
    `spent` are in seconds, the latter of processor time.
    """

    def __init__(
        self,
        share: float,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.process_time,
    ) -> None:
        self.share = share
        self._clock = clock
        self._spent = spent
        self._next = dict.fromkeys(Redraw, float("-inf"))
        self._drawing: Redraw | None = None
        self._drawn_at = self._spent_then = 0.0
        self._began_at = self._typed_at = float("-inf")

    def begin(self) -> None:
        """Draw more often for a while: another suite was opened."""
        self._began_at = self._clock()

    def typed(self) -> None:
        """Note that a key was pressed: plots, which hold the next one up, wait for a pause."""
        self._typed_at = self._clock()

    def due(self, kind: Redraw) -> bool:
        """Return whether `kind` may be drawn now."""
        self._settle()
        now, due_at = self._clock(), self._next[kind]
        if kind is Redraw.PLOTS and now < self._typed_at + _PAUSE_SECONDS:
            due_at += _TYPING_WAIT
        return now >= due_at

    def draws(self, kind: Redraw) -> None:
        """Note that `kind` is drawn now, with all that is cheaper."""
        self._settle()
        self._drawing, self._drawn_at, self._spent_then = kind, self._clock(), self._spent()

    def _settle(self) -> None:
        """Put off the next redraw by what the last one cost."""
        kind, self._drawing = self._drawing, None
        if kind is None:
            return
        wait = (self._spent() - self._spent_then) / (self.share * kind.part)
        beginning = self._drawn_at < self._began_at + _BEGINNING_SECONDS
        longest = kind.longest_at_first if beginning else kind.longest_wait
        self._next[kind] = self._drawn_at + min(wait, longest)
