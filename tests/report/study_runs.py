"""Made-up runs of a study: each norm in several seeds, which differ a little and always in the same way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.config.presets import Norm
from core.runs.events import EpochEnded, Evaluated, Event
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state


def study_states(seeds: int, epochs: int = 3) -> tuple[RunState, ...]:
    """Return a finished run of each norm and seed."""
    return tuple(seed_state(norm, seed, epochs) for norm in Norm for seed in range(seeds))


def three_seeds() -> tuple[RunState, ...]:
    """Return a study of three seeds."""
    return study_states(3)


def seed_state(norm: Norm, seed: int, epochs: int = 3) -> RunState:
    """Return a finished run, better by `seed` thousandths than that of seed 0."""
    run = replace(config(norm, seed), epochs=epochs)
    events = finished_events(run, epochs)
    return state([_moved(event, seed) for event in events], f"{norm}-seed-{seed}")


def _moved(event: Event, seed: int) -> Event:
    match event:
        case EpochEnded():
            return replace(event, correct=event.correct + 50 * seed, loss=round(event.loss - 0.002 * seed, 4))
        case Evaluated():
            rows = tuple(_row_moved(true, row, seed) for true, row in enumerate(event.confusion))
            return replace(event, confusion=rows, loss=round(event.loss - 0.002 * seed, 4))
        case _:
            return event


def _row_moved(true: int, row: Sequence[int], count: int) -> tuple[int, ...]:
    """Return a class's row with `count` images more that are right, taken from its most frequent mistake."""
    wrong = max((number, other) for other, number in enumerate(row) if other != true)[1]
    return tuple(n + count * ((other == true) - (other == wrong)) for other, n in enumerate(row))


def under_way(seeds: int) -> Iterator[RunState]:
    """Yield the study with batch norm's last seed still to begin."""
    for run in study_states(seeds):
        last = run.started is not None and run.started.config == replace(
            config(Norm.BATCH, seeds - 1), epochs=3
        )
        yield RunState(run.name, planned=run.config) if last else run
