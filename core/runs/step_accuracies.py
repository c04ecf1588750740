"""How many of a step's images were answered right, as a share: the event file has the counts alone."""

import math

from core.runs.events import StepsDone
from core.runs.run_state import RunState


def step_accuracies(event: StepsDone, state: RunState) -> list[float]:
    """Return each step's accuracy, 0 to 1: batches are full, the epoch's last one has what is left.

    `state` is the run's before the event.
    """
    full = _batch_size(event, state) or math.nan  # a damaged line must not end the replay
    last = event.images - full * (len(event.correct) - 1)
    shares = [correct / full for correct in event.correct]
    shares[-1:] = [correct / last if last > 0 else math.nan for correct in event.correct[-1:]]
    return shares


def _batch_size(event: StepsDone, state: RunState) -> float:
    """Return how many images a full batch has; the mean of the range where nothing tells it apart."""
    if state.started is not None:
        return state.started.config.batch_size
    if 0 < event.first_step == state.epoch_steps and event.epoch == state.epoch:
        return state.epoch_images / state.epoch_steps  # no range but an epoch's last has a smaller batch
    return event.images / max(len(event.correct), 1)
