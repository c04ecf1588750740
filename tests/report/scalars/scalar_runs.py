"""A made-up run with every kind of number, and the scalars that it is to have."""

import math
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from core.config.presets import Norm
from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.report.scalars.told_scalars import told_scalars
from core.runs.event_log import EventWriter
from core.runs.events import (
    DeviceSampled,
    EpochEnded,
    Evaluated,
    Event,
    MisclassifiedFound,
    Phase,
    PhaseChanged,
    StepsDone,
)
from core.runs.life_events import RunFinished
from core.runs.parameter_norms import ParameterNorms
from tests.report.example_evidence import samples
from tests.report.example_runs import CLASSES, config, example_png, finished_events, opening_events

STEPS: Final = 4  # an epoch
IMAGES: Final = 3 * 128 + 64  # the last batch is half a one
LOSSES: Final = (2.3, math.nan, math.inf, 0.1)
LAYERS: Final = ("conv 1", "norm 1")


def steps(epoch: int, first: int = 0, end: int = STEPS) -> StepsDone:
    """Return some steps of an epoch, of which the loss of one is NaN, and of one infinite."""
    sizes = (128, 128, 128, 64)[first:end]
    return StepsDone(
        epoch=epoch,
        first_step=first,
        losses=LOSSES[first:end],
        correct=tuple(size // 2 for size in sizes),
        images=sum(sizes),
    )


def ended(epoch: int) -> EpochEnded:
    return EpochEnded(
        epoch=epoch,
        loss=1 / (epoch + 2),
        last_loss=0.1,
        correct=224,
        images=IMAGES,
        batches=STEPS,
        learning_rate=0.01 / epoch,
        seconds=1.5,
        norms=ParameterNorms(layers=LAYERS, weights=(3.0, 4.0), gradients=(0.25, math.inf)),
    )


def evaluated(epoch: int) -> Evaluated:
    """Return an evaluation of an image a class, the last class without any; the first `epoch` are right."""
    rows = [[int(column == (row if row < epoch else 9)) for column in range(10)] for row in range(9)]
    return Evaluated(
        epoch=epoch,
        loss=0.7,
        confusion=(*map(tuple, rows), (0,) * 10),
        seconds=0.25,
        flip_averaged_correct=epoch + 1,
    )


SAMPLE: Final = DeviceSampled(resident_bytes=2**31, cpu_load=1.75, device_bytes=None, device_load=0.5)
OPENING: Final = (*opening_events(config(Norm.BATCH)), samples(example_png))


def epoch_events(epoch: int) -> tuple[Event, ...]:
    """Return all of an epoch that has numbers, its steps in two parts."""
    return (
        PhaseChanged(phase=Phase.TRAIN),
        steps(epoch, 0, 3),
        SAMPLE,
        steps(epoch, 3),
        ended(epoch),
        evaluated(epoch),
    )


def run_events(epochs: int = 2) -> tuple[Event, ...]:
    missed = next(e for e in finished_events(config(Norm.BATCH), 1) if isinstance(e, MisclassifiedFound))
    trained = (event for epoch in range(1, epochs + 1) for event in epoch_events(epoch))
    return (*OPENING, *trained, missed, RunFinished())


def scalars_in(folder: Path, events: Iterable[Event], name: str = "batch") -> list[Scalar]:
    """Return the scalars of a run that told `events`, a second apart."""
    return list(told_scalars(written(folder, events, name)))


def written(folder: Path, events: Iterable[Event], name: str = "batch") -> RecordedRun:
    """Return a run that told `events`, a second apart, in a folder of its own."""
    seconds = count(1_700_000_000)
    file = folder / name / "events.jsonl"
    with EventWriter(file, clock=lambda: float(next(seconds))) as log:
        for event in events:
            log.write(event)
    return RecordedRun.read(name, file)


def epoch_numbers(epoch: int) -> Sequence[tuple[str, int, float]]:
    """Return tag, step and value of all numbers of `epoch_events`, worked out by hand."""
    end, before = STEPS * epoch, STEPS * (epoch - 1)
    shares = [("train/accuracy", before + place, 0.5) for place in range(1, STEPS + 1)]
    losses = [("train/loss", before + place, loss) for place, loss in enumerate(LOSSES, start=1)]
    own = {
        "epoch/train_loss": 1 / (epoch + 2),
        "epoch/train_accuracy": 0.5,
        "epoch/last_loss": 0.1,
        "epoch/learning_rate": 0.01 / epoch,
        "epoch/train_seconds": 1.5,
        "norms/whole network/weights": 5.0,
        "norms/whole network/gradients": math.inf,
        "norms/conv 1/weights": 3.0,
        "norms/conv 1/gradients": 0.25,
        "norms/norm 1/weights": 4.0,
        "norms/norm 1/gradients": math.inf,
        "test/loss": 0.7,
        "test/accuracy": epoch / 9,
        "test/flip_averaged_accuracy": (epoch + 1) / 9,
        "epoch/test_seconds": 0.25,
    }
    own |= {f"test/accuracy_of/{name}": float(place < epoch) for place, name in enumerate(CLASSES[:9])}
    sample = {
        "device/process_memory_bytes": 2.0**31,
        "device/process_load_cores": 1.75,
        "device/load": 0.5,
    }
    sampled = [(tag, before + 3, value) for tag, value in sample.items()]
    return [*losses, *shares, *sampled, *((tag, end, value) for tag, value in own.items())]
