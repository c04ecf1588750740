"""What a display that has nothing to show yet is waiting for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from core.runs.eta import epoch_cost, epoch_fraction
from core.runs.events import Phase
from core.runs.run_state import Outcome, RunState
from tui.text.wording import clock, phase_words

_AT_WORK: Final = (Phase.TRAIN, Phase.EVALUATE)
_EXACT: Final = 10  # seconds; from here on they are rounded to fives, so that words change seldom
_FIVE: Final = 5
_MINUTE: Final = 60


class Awaited(StrEnum):
    """What comes next; the value is how it is called."""

    STEP = "the first step"
    EPOCH = "the end of the first epoch"
    TEST = "the first epoch's test"
    SAMPLE = "the first look at memory and load"


_NEVER: Final = {
    Awaited.STEP: "no step was taken",
    Awaited.EPOCH: "no epoch was finished",
    Awaited.TEST: "no epoch was tested",
    Awaited.SAMPLE: "nothing was measured",
}


def awaited_words(runs: Sequence[RunState], awaited: Awaited) -> str:
    """Say what of `runs` is awaited and for about how long, or that it will not come."""
    under_way = [run for run in runs if run.outcome is Outcome.RUNNING]
    if under_way:
        run = max(under_way, key=lambda one: (len(one.epochs), epoch_fraction(one)))
        return f"waits for {awaited}{_detail(run, awaited)}"
    if any(run.outcome is Outcome.WAITING for run in runs):
        return f"waits for {awaited}: not begun yet"
    return _NEVER[awaited]


def _detail(run: RunState, awaited: Awaited) -> str:
    """Say how long it takes, or what is done before."""
    cost = epoch_cost(run)
    if run.stalled or run.phase not in _AT_WORK:
        return f": {phase_words(run)}"
    if cost is None or awaited not in {Awaited.EPOCH, Awaited.TEST}:
        return ""
    left = 0.0 if run.epochs else (1 - epoch_fraction(run)) * cost.train
    return f", about {_roughly(left + cost.evaluate * (awaited is Awaited.TEST))}"


def _roughly(seconds: float) -> str:
    whole = round(seconds) if seconds < _EXACT else _FIVE * round(seconds / _FIVE)
    return f"{max(whole, 1)} s" if whole < _MINUTE else clock(whole)
