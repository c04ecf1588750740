"""How long a network takes to the accuracy the assignment asks for."""

from dataclasses import dataclass
from statistics import median

from core.config.presets import LIMITS
from core.results.contestants import Contestant
from core.runs.elapsed import elapsed
from core.runs.run_state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToLimit:
    """In how many of `seeds` seeds a network reached 70%, and the medians over those that did.

    `epochs` is the first epoch after which the test accuracy was there, `seconds` those of training and
    evaluation up to its end; None where no seed reached it. The first seed was there after `soonest` epochs,
    the last of them after `latest`.
    """

    label: str
    seeds: int
    reached: int
    epochs: float | None
    seconds: float | None
    soonest: int | None = None
    latest: int | None = None


def time_to_limit(one: Contestant) -> TimeToLimit:
    """Return how long `one` took to the limit's accuracy."""
    found = [first for result in one.results if (first := _first_reached(result.run.state)) is not None]
    return TimeToLimit(
        label=one.label,
        seeds=len(one.results),
        reached=len(found),
        epochs=median(epoch for epoch, _ in found) if found else None,
        seconds=median(seconds for _, seconds in found) if found else None,
        soonest=min((epoch for epoch, _ in found), default=None),
        latest=max((epoch for epoch, _ in found), default=None),
    )


def _first_reached(run: RunState) -> tuple[int, float] | None:
    for result, seconds in zip(run.epochs, elapsed(run), strict=True):
        if result.test is not None and result.test.accuracy >= LIMITS.accuracy:
            return result.epoch, seconds
    return None
