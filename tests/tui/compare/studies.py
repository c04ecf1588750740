"""Made-up studies: networks in several seeds and settings, each a little better or worse than another."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import run_names
from core.runs.events import EpochEnded, Evaluated, Event
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state

_IMAGES = 1_000  # of each class


def seeds_study(seeds: int) -> tuple[RunState, ...]:
    """Return three norms in so many seeds, the seeds of a norm after each other."""
    return study(config(norm, seed) for norm, seed in product(Norm, range(seeds)))


def presets_study() -> tuple[RunState, ...]:
    """Return three norms in two presets and four seeds."""
    cells = product(Norm, (Preset.TUNED, Preset.BEST), range(4))
    return study(replace(config(norm, seed), preset=preset) for norm, preset, seed in cells)


def rates_study() -> tuple[RunState, ...]:
    """Return batch norm at nine learning rates, one seed each."""
    return study(replace(config(Norm.BATCH), learning_rate=rate / 1_000) for rate in range(6, 24, 2))


def study(configs: Iterable[RunConfig]) -> tuple[RunState, ...]:
    """Return a finished run of each of `configs`."""
    runs = tuple(configs)
    return tuple(
        state(_moved(run, finished_events(run)), name)
        for run, name in zip(runs, run_names(runs), strict=True)
    )


def _moved(run: RunConfig, events: Iterable[Event]) -> Iterator[Event]:
    """Yield `events` with more or fewer correct predictions, most so in the first epochs."""
    rate = (run.learning_rate or 0.01) - 0.01
    for event in events:
        if isinstance(event, EpochEnded | Evaluated):
            wobble = math.sin(7 * run.seed + 3 * len(run.norm) + 2 * len(run.preset) + event.epoch // 4)
            preset = 40 if run.preset is Preset.BEST else 0
            fewer = round(
                45 * wobble * math.exp(-event.epoch / 6) + 8 * math.sin(5 * run.seed) - preset + 3e3 * rate
            )
            yield _worse(event, fewer if isinstance(event, Evaluated) else fewer // 2)
        else:
            yield event


def _worse(event: EpochEnded | Evaluated, fewer: int) -> EpochEnded | Evaluated:
    """Return `event` with `fewer` correct predictions in a thousand."""
    loss = round(event.loss + 2 * fewer / _IMAGES, 4)
    if isinstance(event, EpochEnded):
        return replace(event, correct=event.correct - fewer * event.images // _IMAGES, loss=loss)
    rows = [list(row) for row in event.confusion]
    for true, row in enumerate(rows):
        most, likeliest = max((count, other) for other, count in enumerate(row) if other != true)
        moved = max(fewer, -most)
        row[true] -= moved
        row[likeliest] += moved
    return replace(event, confusion=tuple(map(tuple, rows)), loss=loss)
