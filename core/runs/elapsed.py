"""From the steps of a run to seconds: curves by wall-clock, pauses left out."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from core.runs.run_state import RunState


def elapsed(run: RunState) -> tuple[float, ...]:
    """Return the seconds of training and evaluation up to the end of each epoch, its evaluation included."""
    return tuple(accumulate(result.seconds for result in run.epochs))


def seconds_at(run: RunState, steps: Iterable[float]) -> tuple[float, ...]:
    """Return the elapsed seconds when each of `steps` was done; they count from 1 over the whole run.

    Even within an epoch. The last step of an epoch is done when its evaluation begins, the next one starts
    when that has ended.
    """
    trained = [result.train for result in run.epochs]
    ends = tuple(accumulate((train.batches for train in trained), initial=0))
    begins = (0.0, *elapsed(run))
    paces = [train.seconds / max(train.batches, 1) for train in trained]
    paces.append(_pace(run, paces))
    epochs = ((bisect_left(ends, step, lo=1) - 1, step) for step in steps)
    return tuple(begins[epoch] + (step - ends[epoch]) * paces[epoch] for epoch, step in epochs)


def _pace(run: RunState, before: list[float]) -> float:
    """Return the seconds a step takes in the epoch under way; where it has not begun, in the one before."""
    if run.epoch > len(before) and run.epoch_steps and run.epoch_seconds:
        return run.epoch_seconds / run.epoch_steps
    return before[-1] if before else 0.0
