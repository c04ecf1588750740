"""Made-up runs that tell of every step."""

import math
from collections.abc import Iterator

from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.events import Event, Phase, PhaseChanged, StepsDone
from core.runs.life_events import RunFinished
from core.runs.run_state import RunState
from tests.report.example_evidence import watched
from tests.report.example_runs import (
    config,
    epoch_events,
    example_png,
    opening_events,
    state,
    told_epoch,
)

STEPS = 391
_LAST_BATCH = 50_000 - 128 * (STEPS - 1)


def stepped_run(norm: Norm, epochs: int = 20, *, extra_steps: int = 0) -> RunState:
    """Return a run of the reference preset on CIFAR-10; with `extra_steps`, an epoch is under way."""
    return state(stepped_events(config(norm), epochs, extra_steps=extra_steps), str(norm))


def stepped_runs(epochs: int = 20) -> tuple[RunState, ...]:
    return tuple(stepped_run(norm, epochs) for norm in Norm)


def stepped_events(run: RunConfig, epochs: int, *, extra_steps: int = 0) -> Iterator[Event]:
    yield from opening_events(run)
    yield watched(example_png)
    for epoch in range(1, epochs + 1):
        yield PhaseChanged(phase=Phase.TRAIN)
        yield from (_steps(run.norm, epoch, first, min(first + 100, STEPS)) for first in range(0, STEPS, 100))
        trained, answered, tested = told_epoch(run.norm, epoch)
        yield trained
        yield PhaseChanged(phase=Phase.EVALUATE)
        yield from (answered, tested)
    if extra_steps:
        yield PhaseChanged(phase=Phase.TRAIN)
        yield _steps(run.norm, epochs + 1, 0, extra_steps)
    else:
        yield RunFinished()


def _steps(norm: Norm, epoch: int, first: int, end: int) -> StepsDone:
    """Return steps whose loss and accuracy waver about a smooth course."""
    losses, correct = [], []
    for step in range(first, end):
        trained = epoch - 1 + (step + 1) / STEPS
        wobble = math.sin(12.9898 * (step + 977 * epoch + 31 * len(norm))) * 43_758.5453 % 1 - 0.5
        share = 0.1 + (epoch_events(norm, 20)[0].accuracy - 0.1) * (1 - math.exp(-trained / 2.2))
        losses.append(round(2.45 - 2.25 * share - 0.35 * wobble, 4))
        batch = 128 if step < STEPS - 1 else _LAST_BATCH
        correct.append(max(0, round(batch * (share + 0.15 * wobble))))
    images = 128 * (end - first) - (128 - _LAST_BATCH if end == STEPS else 0)
    return StepsDone(
        epoch=epoch, first_step=first, losses=tuple(losses), correct=tuple(correct), images=images
    )
