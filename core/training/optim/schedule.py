"""The learning rate schedule, as a fraction of the peak."""

from typing import Final

from core.config.presets import Recipe, Schedule

_STEP_AT: Final = 0.75  # of the run: the published log flattens after 15 of 20 epochs
_STEP_FACTOR: Final = 0.1


def lr_factor(recipe: Recipe, step: int, steps: int) -> float:
    """Return the fraction of the peak learning rate that `step` (from 0) takes, of a run of `steps`.

    No step's is zero: one would train nothing. A linear schedule would be at zero a step before the first and
    a step after the last.
    """
    progress = step / steps
    match recipe.schedule:
        case Schedule.STEP:
            return 1.0 if progress < _STEP_AT else _STEP_FACTOR
        case Schedule.LINEAR if progress < recipe.warmup:
            return (step + 1) / (recipe.warmup * steps + 1)
        case Schedule.LINEAR:
            return (1.0 - progress) / (1.0 - recipe.warmup)
        case Schedule.CONSTANT:
            return 1.0
