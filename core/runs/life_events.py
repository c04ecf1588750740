"""How a run begins, goes on and ends."""

from dataclasses import dataclass
from enum import StrEnum

from core.config.presets import Recipe
from core.config.run_config import RunConfig
from core.runs.limits import Command, Count, Epoch, Lines, Measured, Seconds, Step


class Fault(StrEnum):
    """Whose it is to mend a failed run."""

    INPUT = "input"  # the user's: a flag, a folder, an image
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event of every run."""

    run: str
    config: RunConfig
    recipe: Recipe
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResumed:
    """A run that had ended goes on from a checkpoint: with epoch `epoch`, as if nothing of it had been told.

    What training gives of the first `step` steps of `training_epoch` is told again and was not computed
    again: they took `seconds` before. Epochs from `epoch` to that one are told again, too, where the event
    file had lost them.
    """

    epoch: Epoch
    training_epoch: Epoch
    step: Step
    seconds: Seconds
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLengthened:
    """A run that has finished its `planned` epochs is to have `epochs` in all; that it goes on comes next."""

    planned: Epoch
    epochs: Epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRestarted:
    """A loss became useless, as in `RunDiverged`; `epoch` begins again, at half the rate.

    It is as if nothing of that epoch had been told. This was the `times`th time, and `learning_rate` is the
    peak from now on.
    """

    epoch: Epoch
    step: Step | None
    loss: Measured
    times: Count
    learning_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """Every epoch was trained and evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStopped:
    """Somebody ended the run early."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDiverged:
    """A loss became useless and ended the run: NaN, infinite, or beyond any that a network recovers from.

    `step` counts from 0 within the epoch, as in `StepsDone`; None where the loss is of the test images.
    """

    epoch: Epoch
    step: Step | None
    loss: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """The run could not go on; `error` is one line."""

    error: str
    fault: Fault
    traceback: Lines = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNotLengthened:
    """A run that was to have more epochs could not go on, and nothing was trained: it has finished as before.

    The rest is as in `RunFailed`.
    """

    error: str
    fault: Fault
    traceback: Lines = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLost:
    """The worker died before it could record an end; written by another process.

    `exit_code` is None where it was nobody's child any more. `cause` is what is known of why, in one line;
    empty where an older version wrote it.
    """

    exit_code: int | None
    stderr_tail: Lines
    cause: Lines = ""


RunEnd = RunFinished | RunStopped | RunDiverged | RunFailed | RunNotLengthened
"""How a worker says that a run ended."""

LifeEvent = RunStarted | RunLengthened | RunResumed | RunRestarted | RunEnd | RunLost
