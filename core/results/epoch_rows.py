"""A run's figures as rows: one an epoch, or one a step."""

from typing import NamedTuple

from core.results.comparison import images_a_second
from core.runs.elapsed import elapsed
from core.runs.run_state import RunState


class EpochRow(NamedTuple):
    """One epoch, in figures; those of the test images are None until they are evaluated.

    Accuracies are shares, 0 to 1, losses means over images, `train_last_loss` that of the last batch; those
    of training are as seen meanwhile. Seconds are of training and of evaluation, `elapsed_seconds` of both
    and all epochs so far; the learning rate is that of the epoch's last step.
    """

    epoch: int
    train_loss: float
    train_last_loss: float
    train_accuracy: float
    train_images: int
    train_batches: int
    test_loss: float | None
    test_accuracy: float | None
    test_images: int | None
    learning_rate: float
    train_seconds: float
    test_seconds: float | None
    elapsed_seconds: float
    train_images_a_second: float | None


class StepRow(NamedTuple):
    """One training step, or the mean over `steps` neighbouring ones: a long run's are put together.

    `step` counts from 1 over the whole run, and is the middle of them; `epoch` is its place in epochs, 0 at
    the beginning of the first, None while it is not known how long one is. Accuracies are shares, 0 to 1.
    """

    step: float
    epoch: float | None
    steps: int
    loss: float
    accuracy: float


def epoch_rows(state: RunState) -> list[EpochRow]:
    """Return a row for every epoch that was trained."""
    return [
        EpochRow(
            epoch=result.epoch,
            train_loss=train.loss,
            train_last_loss=train.last_loss,
            train_accuracy=train.accuracy,
            train_images=train.images,
            train_batches=train.batches,
            test_loss=test.loss if test else None,
            test_accuracy=test.accuracy if test else None,
            test_images=test.images if test else None,
            learning_rate=train.learning_rate,
            train_seconds=train.seconds,
            test_seconds=test.seconds if test else None,
            elapsed_seconds=seconds,
            train_images_a_second=images_a_second(train),
        )
        for result, seconds in zip(state.epochs, elapsed(state), strict=True)
        for train, test in ((result.train, result.test),)
    ]


def step_rows(state: RunState) -> list[StepRow]:
    """Return a row a step of up to 1,024; of a longer run, for every two, four or more steps together."""
    an_epoch = state.steps_an_epoch
    losses, accuracies = state.step_losses, state.step_accuracies
    whole = len(losses.points)
    return [
        StepRow(
            step=step,
            epoch=step / an_epoch if an_epoch else None,
            steps=losses.stride if place < whole else losses.pending,
            loss=loss,
            accuracy=accuracy,
        )
        for place, (step, loss, accuracy) in enumerate(
            zip(*losses.curve(), accuracies.curve()[1], strict=True)
        )
    ]
