"""Where the time axis of runs under way ends: at their estimated end, and calmly."""

from collections.abc import Iterable
from typing import Final

from core.runs.eta import epoch_cost
from core.runs.run_state import RunState

_SPARE: Final = 1.05
_LEAST: Final = 0.8  # of what was estimated before: what is less is a new end


class SteadyEnd:
    """The seconds that the longest run will have taken, by an estimate that is kept as long as it serves."""

    def __init__(self) -> None:
        self._end = 0.0

    def of(self, runs: Iterable[RunState]) -> float:
        """Return the end for `runs`, of which those that have ended need none; 0 while nothing is known."""
        estimate = max((_expected(run) for run in runs if not run.outcome.ended), default=0.0)
        if not estimate:
            self._end = 0.0
        elif not _LEAST * self._end <= estimate <= self._end:
            self._end = _SPARE * estimate
        return self._end


def _expected(run: RunState) -> float:
    """Return the seconds of all epochs of a run; 0 while they are not known."""
    cost = epoch_cost(run)
    return 0.0 if cost is None or run.config is None else cost.total * run.config.epochs
