"""The usual loop against ours: the same network, images, batch size and number of steps, in turn.

``uv run python -m tests.bench train --device cpu`` on a quiet machine. Each loop lives in a process of its
own and only one of them runs at any moment; which goes first alternates from pair to pair. Start-up and the
first epoch, with compiling and warming up, are lines of their own. All figures are scaled to an epoch of
50,000 images, 391 batches of 128.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any, Final

from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import Device
from tests.bench.child_process import TrainChild
from tests.bench.floor import Floor, PeakRates, epoch_floor
from tests.bench.train_child import BATCH, LoopTask
from tests.bench.train_table import print_table

_EPOCH_IMAGES: Final = 50_000
_TRIED_STEPS: Final = 60


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--pairs", type=int, default=5, help="measurements of each loop")
    parser.add_argument("--steps", type=int, help="batches an epoch; by default every image is trained on")
    parser.add_argument(
        "--workers",
        type=_counts,
        default=_worker_counts(),
        metavar="N,N",
        help="the usual loop's loading processes: those to try, of which the fastest is measured",
    )
    parser.add_argument(
        "--recipe-augmentation",
        action="store_true",
        help="let the usual loop crop and flip as the preset does; without, it always does",
    )


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.device}-{options.preset}-{options.norm}"


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
        epochs=options.pairs + 1,
        workers=None,
        recipe_augmentation=options.recipe_augmentation,
    )
    tries = _tries(ours, options.workers) if len(options.workers) > 1 else {}
    fastest = min(options.workers, key=lambda workers: tries.get(workers, 0.0))
    usual = replace(ours, workers=fastest)
    before = peak_rates(options.device)
    pairs = _measured_pairs(usual, ours, options.pairs)
    rates = PeakRates.best((before, peak_rates(options.device)))
    floor = epoch_floor(ours.norm, RECIPES[ours.preset], images=_EPOCH_IMAGES, batch_size=BATCH, rates=rates)
    result = _figures(pairs, floor) | {
        "usual_loading_processes": {"measured": usual.workers, "seconds_an_epoch_when_tried": tries}
    }
    print_table(result)
    return {
        "device": options.device,
        "preset": options.preset,
        "norm": options.norm,
        "batch_size": BATCH,
        "recipe_augmentation": options.recipe_augmentation,
        **result,
    }


@dataclass(frozen=True, slots=True)
class _Measured:
    """A loop's seconds an epoch, pair by pair, what it reported when it started, and what it took."""

    seconds: tuple[float, ...]
    started: dict[str, Any]
    taken: dict[str, Any]


def _tries(ours: LoopTask, counts: Sequence[int]) -> dict[int, float]:
    """Return the usual loop's seconds an epoch with each of `counts` loading processes, from a short run."""
    steps = _TRIED_STEPS if ours.steps is None else min(ours.steps, _TRIED_STEPS)
    tries = {}
    for workers in counts:
        with TrainChild(replace(ours, steps=steps, workers=workers)) as child:
            tries[workers] = _EPOCH_IMAGES * child.seconds_an_image()
            child.finish()
    return tries


def _measured_pairs(usual: LoopTask, ours: LoopTask, pairs: int) -> tuple[_Measured, _Measured]:
    """Return the usual loop's measurements and ours."""
    with ExitStack() as stack:
        children = [stack.enter_context(TrainChild(task)) for task in (usual, ours)]
        seconds: tuple[list[float], list[float]] = ([], [])
        for number in range(pairs):
            for which in (0, 1) if number % 2 == 0 else (1, 0):
                seconds[which].append(_EPOCH_IMAGES * children[which].seconds_an_image())
            print(f"pair {number + 1}: {seconds[0][-1]:.3f} s, ours {seconds[1][-1]:.3f} s", flush=True)
        first, second = (
            _Measured(tuple(times), child.started, child.finish())
            for times, child in zip(seconds, children, strict=True)
        )
    return first, second


def _figures(pairs: tuple[_Measured, _Measured], floor: Floor) -> dict[str, Any]:
    usual, ours = pairs
    ratios = [theirs / mine for theirs, mine in zip(usual.seconds, ours.seconds, strict=True)]
    return {
        "usual": _loop_figures(usual),
        "ours": _loop_figures(ours),
        "ratio": _spread(ratios),
        "floor": {
            **asdict(floor),
            "arithmetic_seconds": floor.arithmetic_seconds,
            "memory_seconds": floor.memory_seconds,
            "seconds": floor.seconds,
            "share_of_ours": floor.seconds / median(ours.seconds),
        },
    }


def _loop_figures(measured: _Measured) -> dict[str, Any]:
    return {
        "seconds_an_epoch": _spread(measured.seconds),
        "images_a_second": _EPOCH_IMAGES / median(measured.seconds),
        **measured.started,
        **measured.taken,
    }


def _spread(values: Sequence[float]) -> dict[str, object]:
    return {"median": median(values), "min": min(values), "max": max(values), "all": list(values)}


def _worker_counts() -> tuple[int, ...]:
    """Return 0, and powers of two up to the number of cores."""
    cores = os.cpu_count() or 1
    return (0, *(2**power for power in range(cores.bit_length()) if 2**power <= cores))


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))
