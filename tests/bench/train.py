"""Ours against loops of torch's own parts: the same network, images, batch size and number of steps, in turn.

``uv run python -m tests.bench train --device cpu`` on a quiet machine. The usual loop is what most people
write; the good loop is what a good torch user writes, in single precision or in bf16 under autocast, and its
network compiled where asked for. Each loop lives in a process of its own, all with the same environment, and
only one of them runs at any moment; which goes first rotates from round to round. Before that each opponent
tries its ways: memory formats, and for the usual loop loading processes; the fastest is measured. Start-up
and the first epoch, with compiling and warming up, are lines of their own. All figures are scaled to an epoch
of 50,000 images, 391 batches of 128.
"""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any, Final

from core.config.devices import Device
from core.config.presets import RECIPES, Norm, Preset
from tests.bench.child_process import TrainChild
from tests.bench.floor import Floor, PeakRates, epoch_floor
from tests.bench.loop_task import BATCH, OPPONENTS, LoopTask, TorchOptimizer, TorchWay
from tests.bench.train_table import print_table
from tests.bench.ways import Layout, Tried, tried, ways_of
from tests.processor import Processor

_EPOCH_IMAGES: Final = 50_000
_OURS: Final = "ours"
_MEASURED_BY_DEFAULT: Final = ("usual", "good", "good-bf16")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each loop")
    parser.add_argument("--steps", type=int, help="batches an epoch; by default every image is trained on")
    parser.add_argument(
        "--opponent",
        type=_opponents,
        default=_MEASURED_BY_DEFAULT,
        metavar="NAME,NAME",
        help=f"of {', '.join(OPPONENTS)}; by default {','.join(_MEASURED_BY_DEFAULT)}",
    )
    parser.add_argument(
        "--optimizer",
        type=TorchOptimizer,
        choices=tuple(TorchOptimizer),
        default=TorchOptimizer.SGD,
        help="the opponents': sgd, the cheaper one, or torch's own muon; ours is the preset's",
    )
    parser.add_argument(
        "--workers",
        type=_counts,
        default=_worker_counts(),
        metavar="N,N",
        help="the usual loop's loading processes: those to try",
    )
    parser.add_argument(
        "--layouts",
        type=_layouts,
        default=tuple(Layout),
        metavar="LAYOUT,LAYOUT",
        help=f"the opponents' memory formats: those to try, of {', '.join(Layout)}",
    )
    parser.add_argument(
        "--recipe-augmentation",
        action="store_true",
        help="let the opponents crop and flip as the preset does; without, they always do",
    )


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured, on a processor with its instructions, and the optimizer where it isn't SGD."""
    device = f"cpu-{Processor.here().label}" if options.device is Device.CPU else options.device
    name = f"{device}-{options.preset}-{options.norm}"
    return name if options.optimizer is TorchOptimizer.SGD else f"{name}-{options.optimizer}"


def measure(
    options: argparse.Namespace, peak_rates: Callable[[Device], PeakRates] = PeakRates.measured
) -> dict[str, object]:
    """Measure, print the table, and return everything; `peak_rates` measures before and after the loops."""
    ours = LoopTask(
        norm=options.norm,
        preset=options.preset,
        device=options.device,
        data=options.data,
        steps=options.steps,
        epochs=options.rounds + 1,
    )
    tries = {name: tried(ours, _ways(name, options)) for name in options.opponent}
    tasks = {name: replace(ours, way=ways[0].way) for name, ways in tries.items()} | {_OURS: ours}
    before = peak_rates(options.device)
    loops = _measured_rounds(tasks, options.rounds)
    rates = PeakRates.best((before, peak_rates(options.device)))
    recipe = RECIPES[ours.preset]
    floor = epoch_floor(ours.norm, recipe, images=_EPOCH_IMAGES, batch_size=BATCH, rates=rates)
    mine = loops.pop(_OURS)
    result = {
        "ours": {"optimizer": recipe.optimizer, **_loop_figures(mine)},
        "opponents": {
            name: {**asdict(tries[name][0].way), **_loop_figures(loop), "tried": _tried_figures(tries[name])}
            for name, loop in loops.items()
        },
        "ratios": {name: _spread(_ratios(loop, mine)) for name, loop in loops.items()},
        "floor": _floor_figures(floor, median(mine.seconds)),
    }
    print_table(result)
    return {
        "device": options.device,
        "processor": asdict(Processor.here()),
        "preset": options.preset,
        "norm": options.norm,
        "batch_size": BATCH,
        **result,
    }


@dataclass(frozen=True, slots=True)
class _Measured:
    """A loop's seconds an epoch, round by round, what it reported when it started, and what it took."""

    seconds: tuple[float, ...]
    started: dict[str, Any]
    taken: dict[str, Any]


def _ways(name: str, options: argparse.Namespace) -> tuple[TorchWay, ...]:
    """Return the ways the opponent `name` may be written in."""
    way = replace(
        OPPONENTS[name], optimizer=options.optimizer, recipe_augmentation=options.recipe_augmentation
    )
    return tuple(ways_of(way, options.layouts, options.workers))


def _measured_rounds(tasks: Mapping[str, LoopTask], rounds: int) -> dict[str, _Measured]:
    """Return each loop's measurements, in the order of `tasks`."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    with ExitStack() as stack:
        children = {name: stack.enter_context(TrainChild(task)) for name, task in tasks.items()}
        for number in range(rounds):
            for name in rotated(tuple(tasks), number):
                seconds[name].append(_EPOCH_IMAGES * children[name].seconds_an_image())
            figures = (f"{name} {times[-1]:.3f} s" for name, times in seconds.items())
            print(f"round {number + 1}: {', '.join(figures)}", flush=True)
        return {
            name: _Measured(tuple(seconds[name]), child.started, child.finish())
            for name, child in children.items()
        }


def rotated(names: Sequence[str], number: int) -> tuple[str, ...]:
    """Return the order of round `number`, from 0: every one begins a round before one begins again."""
    first = number % len(names)
    return (*names[first:], *names[:first])


def _ratios(theirs: _Measured, ours: _Measured) -> list[float]:
    return [their / our for their, our in zip(theirs.seconds, ours.seconds, strict=True)]


def _loop_figures(measured: _Measured) -> dict[str, Any]:
    return {
        "seconds_an_epoch": _spread(measured.seconds),
        "images_a_second": _EPOCH_IMAGES / median(measured.seconds),
        **measured.started,
        **measured.taken,
    }


def _tried_figures(ways: Sequence[Tried]) -> list[dict[str, Any]]:
    return [
        {
            "channels_last": one.way.channels_last,
            "loading_processes": one.way.loading_processes,
            "seconds_an_epoch": _EPOCH_IMAGES * one.seconds_an_image,
        }
        for one in ways
        if one.seconds_an_image is not None
    ]


def _floor_figures(floor: Floor, seconds_of_ours: float) -> dict[str, Any]:
    return {
        **asdict(floor),
        "arithmetic_seconds": floor.arithmetic_seconds,
        "memory_seconds": floor.memory_seconds,
        "seconds": floor.seconds,
        "share_of_ours": floor.seconds / seconds_of_ours,
    }


def _spread(values: Sequence[float]) -> dict[str, object]:
    return {"median": median(values), "min": min(values), "max": max(values), "all": list(values)}


def _worker_counts() -> tuple[int, ...]:
    """Return 0, and powers of two up to the number of cores."""
    cores = os.cpu_count() or 1
    return (0, *(2**power for power in range(cores.bit_length()) if 2**power <= cores))


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


def _layouts(text: str) -> tuple[Layout, ...]:
    return tuple(Layout(word) for word in text.split(","))


def _opponents(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if unknown := [name for name in names if name not in OPPONENTS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: must be of {', '.join(OPPONENTS)}")
    return names
