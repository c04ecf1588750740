"""How many events a second go into the file, and come out of it: through `EventWriter` and `EventReader`.

``uv run python -m tests.bench event-log`` on a quiet machine. The events are those of epochs on a fast CPU
path (a range of 12 steps four times a second, 391 steps an epoch), then those of a GPU (an epoch a range).
"""

import math
import random
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from core.runs.event_log import EventReader, EventWriter
from core.runs.events import (
    CheckpointSaved,
    DeviceSampled,
    EpochEnded,
    Evaluated,
    Event,
    Phase,
    PhaseChanged,
    StepsDone,
)

_EVENTS: Final = 20_000
_ROUNDS: Final = 7
_POLL_EVERY: Final = 200  # far more than a dashboard finds at a poll, far fewer than a replay
_STEPS: Final = 391
_BATCH: Final = 128
_CLASSES: Final = 10


def measure() -> dict[str, object]:
    """Return events a second, written and tailed, the median and all rounds, for both mixes."""
    return {
        "events": _EVENTS,
        "ranges_of_12_steps": _rates(_epoch(steps_a_range=12)),
        "ranges_of_391_steps": _rates(_epoch(steps_a_range=_STEPS)),
    }


def _rates(epoch: Sequence[Event]) -> dict[str, object]:
    """Write and tail `epoch` again and again; each round has a file of its own."""
    events = list(islice(cycle(epoch), _EVENTS))
    written, tailed = [], []
    for _ in range(_ROUNDS):
        with TemporaryDirectory() as folder:
            writing, reading, size = _round(Path(folder) / "events.jsonl", events)
        written.append(_EVENTS / writing)
        tailed.append(_EVENTS / reading)
    return {
        "bytes_a_line": round(size / _EVENTS),
        "written_a_second": {"median": round(median(written)), "all": [round(rate) for rate in written]},
        "tailed_a_second": {"median": round(median(tailed)), "all": [round(rate) for rate in tailed]},
    }


def _round(file: Path, events: Sequence[Event]) -> tuple[float, float, int]:
    """Return the seconds of writing `events`, those of tailing them meanwhile, and the file's bytes.

    The reader polls between parts of the writing, and only its own time counts as tailing.
    """
    writing = reading = 0.0
    read = 0
    reader = EventReader(file)
    with EventWriter(file) as log:
        for first in range(0, len(events), _POLL_EVERY):
            began = time.perf_counter()
            for event in events[first : first + _POLL_EVERY]:
                log.write(event)
            wrote = time.perf_counter()
            read += len(reader.poll())
            reading += time.perf_counter() - wrote
            writing += wrote - began
    if read != len(events):
        raise AssertionError(f"{len(events)} events were written, {read} read")
    return writing, reading, file.stat().st_size


def _epoch(steps_a_range: int) -> list[Event]:
    """Return what a run logs in an epoch, with figures as real ones have them: 32-bit losses, counts."""
    draw = random.Random(0)  # noqa: S311 - figures, no secrets
    return [
        PhaseChanged(phase=Phase.TRAIN),
        *_training(draw, steps_a_range),
        EpochEnded(
            epoch=1,
            loss=draw.random(),
            last_loss=_float32(draw.random()),
            correct=30_000,
            images=50_000,
            batches=_STEPS,
            learning_rate=draw.random(),
            seconds=draw.random(),
        ),
        PhaseChanged(phase=Phase.EVALUATE),
        Evaluated(
            epoch=1,
            loss=draw.random(),
            confusion=tuple(tuple(draw.randrange(1_000) for _ in range(_CLASSES)) for _ in range(_CLASSES)),
            seconds=draw.random(),
        ),
        CheckpointSaved(epoch=1, file="checkpoint.pt", size=200_000),
    ]


def _training(draw: random.Random, steps_a_range: int) -> Iterator[Event]:
    for number, first in enumerate(range(0, _STEPS, steps_a_range)):
        steps = min(steps_a_range, _STEPS - first)
        yield StepsDone(
            epoch=1,
            first_step=first,
            losses=tuple(_float32(draw.uniform(0.5, 2.5)) for _ in range(steps)),
            correct=tuple(draw.randrange(_BATCH) for _ in range(steps)),
            images=_BATCH * steps,
        )
        if number % 8 == 7:  # every two seconds
            yield DeviceSampled(resident_bytes=900_000_000, cpu_load=draw.random(), device_bytes=None)


def _float32(value: float) -> float:
    """Round `value` to 24 bits, as torch's losses come."""
    fraction, exponent = math.frexp(value)
    return math.ldexp(round(fraction * 2**24), exponent - 24)
