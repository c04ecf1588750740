"""Finds out that a worker lives but gives no sign of it."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from core.runs.death import complaint
from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader, SuiteState
from core.runs.write_trouble import trouble_now

_SILENT_SECONDS: Final = 8.0  # two of the worker's heartbeats


class StallWatch:
    """Watches what `reader` reads of the suite in `folder`; `clock` is in seconds.

    Silence is timed by our own clock, from the last look that had news: clocks of two machines need not
    agree, and after we were frozen ourselves the news come before the verdict.
    """

    def __init__(
        self, folder: SuiteFolder, reader: SuiteReader, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._clock = clock
        self._heard = -1
        self._since = 0.0

    def judged(self, state: SuiteState, *, alive: bool) -> SuiteState:
        """Return `state`, just read, with runs under way marked as stalled where their worker is silent."""
        now = self._clock()
        if self._reader.heard != self._heard or not alive:
            self._heard, self._since = self._reader.heard, now
        if now - self._since < _SILENT_SECONDS:
            return state
        why = (
            trouble_now(self._folder.path)
            or complaint(self._folder)
            or "its process is frozen, or waits for a disk or a device"
        )
        runs = (replace(r, stalled=why) if r.outcome is Outcome.RUNNING else r for r in state.runs)
        return replace(state, runs=tuple(runs))
