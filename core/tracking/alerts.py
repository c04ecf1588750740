"""What of a run deserves a look: a value that is no number, a jump of a loss, silence, an end."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from core.runs.run_state import Outcome
from core.tracking.scalar_series import ScalarSeries
from core.tracking.tracked_run import TrackedRun

_LOSS_WORDS: Final = ("loss", "error", "perplexity")  # of these, a jump upward is bad news
_LEAST_POINTS: Final = 10
_RECENT_POINTS: Final = 20
_JUMP: Final = 6.0  # standard deviations of the recent points
_GREATLY: Final = 1.5  # times the recent mean: what hardly varies may jump by many deviations
_LEAST_SILENCE: Final = 60.0  # seconds
_MANY_INTERVALS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at; `key` is the same for as long as it is the same matter."""

    key: str
    text: str
    bad: bool = True


def alerts(run: TrackedRun, now: float) -> Iterator[Alert]:
    """Yield what there is to be said of `run` at the Unix time `now`, each matter once."""
    for tag, series in run.series.items():
        if series.strange_step is not None:
            yield Alert(f"strange {tag}", f"{tag} is not finite since step {series.strange_step:,}")
        elif _jumped(tag, series):
            value, step = series.values.points[-1], round(series.steps.points[-1])
            yield Alert(f"jump {tag} {step}", f"{tag} jumped to {value:.3g} at step {step:,}")
    silence = silence_of(run, now)
    if silence is not None:
        yield Alert("silence", f"nothing was logged for {silence:.0f} s")
    if run.outcome is not None and run.outcome.ended:
        words = f"{run.outcome}: {run.why}" if run.why else str(run.outcome)
        yield Alert("end", words, bad=run.outcome is not Outcome.FINISHED)


def silence_of(run: TrackedRun, now: float) -> float | None:
    """Return for how many seconds a run under way has logged nothing, where that is long for it."""
    last = run.last_logged_at
    if run.outcome is not Outcome.RUNNING or run.paused or last is None:
        return None
    silence = now - last
    longest = max(map(_interval, run.series.values()), default=0.0)
    return silence if silence > max(_LEAST_SILENCE, _MANY_INTERVALS * longest) else None


def _interval(series: ScalarSeries) -> float:
    """Return the mean seconds between two values; 0 of fewer than two."""
    times = series.times.points  # not its curve: this is asked of every tag at every look
    return (series.last_time - times[0]) / (series.count - 1) if times and series.count > 1 else 0.0


def _jumped(tag: str, series: ScalarSeries) -> bool:
    if not any(word in tag.lower() for word in _LOSS_WORDS):
        return False
    # of a long run the points are means, and its newest value is one of many: points are compared with points
    *before, newest = series.values.points[-_RECENT_POINTS - 1 :] or (math.nan,)
    recent = [value for value in before if math.isfinite(value)]
    if len(recent) < _LEAST_POINTS:
        return False
    mean = fmean(recent)
    return newest > max(mean + _JUMP * stdev(recent), mean + (_GREATLY - 1) * abs(mean))
