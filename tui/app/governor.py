"""Holds the dashboard to a small share of one core, so that watching costs training next to nothing."""

import time
from collections.abc import Callable
from enum import Enum


class Redraw(Enum):
    """What is drawn at its own pace: its part of the share, and the longest it waits, in seconds."""

    BARS = (0.4, 1.0)  # numbers and bars: cheap, and what people look at
    PLOTS = (0.6, 10.0)

    def __init__(self, part: float, longest_wait: float) -> None:
        self.part = part
        self.longest_wait = longest_wait


class Governor:
    """Spaces redraws so that each kind takes its part of `share`, in processor time of this whole process.

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

    def due(self, kind: Redraw) -> bool:
        """Return whether `kind` may be drawn now."""
        self._settle()
        return self._clock() >= self._next[kind]

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
        self._next[kind] = self._drawn_at + min(wait, kind.longest_wait)
