"""What a scalar is: a number that a run told, with a name, a step and a time."""

from typing import NamedTuple


class Scalar(NamedTuple):
    """One number that a run told.

    `step` counts the steps of the whole run that were done by then, `epoch` from 1; None before the first.
    `wall_time` is the event's, in Unix seconds: one for all steps that were written together. What another
    program's loop logged has the step and the time it gave, and no epoch.
    """

    run: str
    tag: str
    step: int
    epoch: int | None
    wall_time: float
    value: float
