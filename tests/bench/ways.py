"""The ways an opponent can be written in, tried in short runs: it depends on the machine which is fast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Final

from tests.bench.child_process import TrainChild
from tests.bench.loop_task import LoopTask, TorchWay

_TRIED_STEPS: Final = 60
_TRIED_EPOCHS: Final = 2


class Layout(StrEnum):
    """A memory format of images and network."""

    CHANNELS_LAST = "last"
    CHANNELS_FIRST = "first"


@dataclass(frozen=True, slots=True)
class Tried:
    """A way, and the seconds an image took by it; None where there was no other to try."""

    way: TorchWay
    seconds_an_image: float | None


def ways_of(way: TorchWay, layouts: Sequence[Layout], workers: Sequence[int]) -> Iterator[TorchWay]:
    """Yield `way` in each of `layouts`, and where it is the usual loop's with each of `workers` processes."""
    for layout, processes in product(layouts, (0,) if way.good else workers):
        channels_last = layout is Layout.CHANNELS_LAST
        yield replace(way, channels_last=channels_last, loading_processes=processes)


def tried(task: LoopTask, ways: Sequence[TorchWay]) -> tuple[Tried, ...]:
    """Train `task` a little in each of `ways`, one after the other; return them, the fastest first."""
    if len(ways) == 1:
        return (Tried(ways[0], None),)
    steps = _TRIED_STEPS if task.steps is None else min(task.steps, _TRIED_STEPS)
    taken = {way: _least_seconds(replace(task, steps=steps, way=way)) for way in ways}
    return tuple(Tried(way, taken[way]) for way in sorted(ways, key=taken.__getitem__))


def _least_seconds(task: LoopTask) -> float:
    with TrainChild(task) as child:
        seconds = min(child.seconds_an_image() for _ in range(_TRIED_EPOCHS))
        child.finish()
    return seconds
