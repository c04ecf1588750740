"""Suites that wait until nothing trains any more; only the process that holds them knows of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.index import live_suites
from core.runs.unfinished import EarlierSuite

_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class WaitingSuite:
    """A suite that is to be trained; where `earlier` has trained some of its runs, what is left of that."""

    suite: SuiteConfig
    earlier: EarlierSuite | None = None

    @property
    def words(self) -> str:
        """What it is, to people: "3 runs of tuned"."""
        runs = self.suite.runs
        presets = ", ".join(dict.fromkeys(run.network or run.preset for run in runs))
        return f"{len(runs):,} run{'s' * (len(runs) != 1)} of {presets}"


class WaitingSuites:
    """Holds suites until no worker is at work below `runs_dir`, the first that came first.

    A suite gets no folder before it begins, so that none is left behind by one that never does. It begins
    however the one before it ended. `clock` is in seconds.
    """

    def __init__(self, runs_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._runs_dir = runs_dir
        self._clock = clock
        self._looked = float("-inf")
        self.waiting: tuple[WaitingSuite, ...] = ()

    def add(self, suite: WaitingSuite) -> None:
        """Let `suite` wait behind those that wait already.

        Raises:
            InputError: the same runs wait already.
        """
        if any(set(other.suite.runs) == set(suite.suite.runs) for other in self.waiting):
            raise InputError(f"these {suite.words} wait already")
        self.waiting = (*self.waiting, suite)

    def drop_last(self) -> WaitingSuite | None:
        """Forget the one that came last, and return it; None where none waits."""
        last = self.waiting[-1] if self.waiting else None
        self.waiting = self.waiting[:-1]
        return last

    def next(self, *, training: bool) -> WaitingSuite | None:
        """Return the first where nothing trains, which then waits no longer; looks once a second at most.

        Whoever calls says whether it follows a worker: one that was just started is not seen at work yet.
        """
        if training or not self.waiting or self._clock() - self._looked < _LOOK_SECONDS:
            return None
        self._looked = self._clock()
        if next(live_suites(self._runs_dir), None) is not None:
            return None
        first, *rest = self.waiting
        self.waiting = tuple(rest)
        return first
