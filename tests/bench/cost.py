"""What an epoch of one preset takes, against another's: our loop with each, in turn.

``uv run python -m tests.bench cost --preset best --against tuned --data FOLDER`` on a quiet machine.
"""

import argparse
from contextlib import ExitStack
from statistics import median
from typing import Final

from core.config.devices import Device
from core.config.presets import Norm, Preset
from tests.bench.child_process import TrainChild
from tests.bench.loop_task import LoopTask

_EPOCH_IMAGES: Final = 50_000


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.BEST)
    parser.add_argument("--against", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--pairs", type=int, default=5, help="measurements of each preset")
    parser.add_argument("--steps", type=int, default=80, help="batches a measurement")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.device}-{options.preset}-{options.against}-{options.norm}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return both presets' seconds for an epoch of 50,000 images, and their ratio, pair by pair."""
    tasks = [
        LoopTask(
            norm=options.norm,
            preset=preset,
            device=options.device,
            data=options.data,
            steps=options.steps,
            epochs=options.pairs + 1,
        )
        for preset in (options.preset, options.against)
    ]
    seconds: tuple[list[float], list[float]] = ([], [])
    with ExitStack() as stack:
        children = [stack.enter_context(TrainChild(task)) for task in tasks]
        for number in range(options.pairs):
            for which in (0, 1) if number % 2 == 0 else (1, 0):
                seconds[which].append(_EPOCH_IMAGES * children[which].seconds_an_image())
        for child in children:
            child.finish()
    ratios = [own / other for own, other in zip(*seconds, strict=True)]
    return {
        "norm": options.norm,
        "seconds_an_epoch": {
            preset: {"median": median(times), "all": times}
            for preset, times in zip((options.preset, options.against), seconds, strict=True)
        },
        "ratio": {"median": median(ratios), "min": min(ratios), "max": max(ratios), "all": ratios},
    }
