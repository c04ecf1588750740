"""What the scalars of our own runs are: the one place that gives each number a name, a step and a time."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.runs.events import DeviceSampled, EpochEnded, Evaluated, StepsDone
from core.runs.run_state import RunState
from core.runs.step_accuracies import step_accuracies

TEST_ACCURACY: Final = "test/accuracy"
TEST_LOSS: Final = "test/loss"
TRAIN_ACCURACY: Final = "epoch/train_accuracy"
TRAIN_LOSS: Final = "epoch/train_loss"

_WHOLE_NETWORK: Final = "whole network"

Values = Iterator[tuple[str, float | None]]
"""Numbers by their tags; None where there is none to tell."""


def own_scalars(run: RecordedRun) -> Iterator[Scalar]:
    """Yield every number of a run that lasts, in the order in which it was told.

    Raises:
        OSError: the event file cannot be read any more.
    """
    classes = class_names(run.state)
    steps: dict[int, int] = {}  # of each epoch, as far as they were told
    for time, event, state in run.lasting():
        match event:
            case StepsDone(epoch=epoch, first_step=first, losses=losses):
                before = _done(steps, epoch - 1) + first
                steps[epoch] = first + len(losses)
                pairs = zip(losses, step_accuracies(event, state), strict=True)
                for step, (loss, accuracy) in enumerate(pairs, start=before + 1):
                    yield Scalar(run.name, "train/loss", step, epoch, time, loss)
                    yield Scalar(run.name, "train/accuracy", step, epoch, time, accuracy)
                continue
            case EpochEnded(epoch=epoch):
                steps[epoch] = max(steps.get(epoch, 0), event.batches)
                step, values = _done(steps, epoch), _trained(event)
            case Evaluated(epoch=epoch):
                step, values = _done(steps, epoch), _tested(event, classes)
            case DeviceSampled():
                epoch, step, values = state.epoch, _done(steps), _sampled(event)
        for tag, value in values:
            if value is not None:
                yield Scalar(run.name, tag, step, epoch or None, time, float(value))


def _done(steps: dict[int, int], last: int | None = None) -> int:
    """Return how many steps there were in all epochs, or up to the epoch `last`."""
    return sum(count for epoch, count in steps.items() if last is None or epoch <= last)


def _trained(event: EpochEnded) -> Values:
    yield TRAIN_LOSS, event.loss
    yield TRAIN_ACCURACY, event.accuracy
    yield "epoch/last_loss", event.last_loss
    yield "epoch/learning_rate", event.learning_rate
    yield "epoch/train_seconds", event.seconds
    if (norms := event.norms) is not None:
        layers = distinct((_WHOLE_NETWORK, *norms.layers))
        weights, gradients = (norms.weight, *norms.weights), (norms.gradient, *norms.gradients)
        for layer, weight, gradient in zip(layers, weights, gradients, strict=True):
            yield f"norms/{layer}/weights", weight
            yield f"norms/{layer}/gradients", gradient


def _tested(event: Evaluated, classes: tuple[str, ...]) -> Values:
    yield TEST_LOSS, event.loss
    yield TEST_ACCURACY, event.accuracy
    yield "test/flip_averaged_accuracy", event.flip_averaged_accuracy
    yield "epoch/test_seconds", event.seconds
    for name, accuracy in zip(classes, event.class_accuracy, strict=True):
        yield f"test/accuracy_of/{name}", accuracy


def _sampled(event: DeviceSampled) -> Values:
    yield "device/process_memory_bytes", event.resident_bytes
    yield "device/process_load_cores", event.cpu_load
    yield "device/memory_bytes", event.device_bytes
    yield "device/memory_total_bytes", event.device_total_bytes
    yield "device/load", event.device_load


def class_names(state: RunState) -> tuple[str, ...]:
    """Return the classes' names, their numbers where the run does not tell them."""
    if state.data is not None:
        return distinct(state.data.classes)
    return tuple(str(number) for number in range(state.class_count or 0))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return `names` with a number behind every one that was there before."""
    told: dict[str, None] = {}
    for name in names:
        spellings = (name if number == 1 else f"{name} ({number})" for number in count(1))
        told[next(spelling for spelling in spellings if spelling not in told)] = None
    return tuple(told)
