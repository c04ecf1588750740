"""From the reference recipe to `best`, one change after the other: what each is worth in points and seconds.

``uv run python -m tests.bench ablation --data FOLDER --save`` on a quiet machine. Every line is a trial of
the search: trained on a part of the training images for a few epochs, tested on others held out of them; the
test images are not read.
"""

import argparse
from dataclasses import dataclass
from typing import Final

from core.config.presets import BEST, FAST, Norm
from core.config.wide_architecture import Gating
from core.dataset.sources import load_images
from tests.bench.search import RESULTS, tried
from tests.bench.trial import Trial

_PLAIN_RESIDUAL: Final = "16 full16 full16 full24/2 full24 full24 full32/2 full32 full32"
_UNBOUNDED: Final = str(BEST.skeleton).replace(Gating.TANH, Gating.SILU)


@dataclass(frozen=True, slots=True)
class Step:
    """A change in words, and what it makes of the fields of the recipe and of the network, if anything."""

    words: str
    fields: tuple[str, ...] = ()
    network: str | None = None


STEPS: Final = (
    Step(
        "the assignment's network with `reference`'s recipe",
        (
            *("optimizer=sgd", "learning_rate=0.01", "momentum=0.9", "nesterov=False", "weight_decay=0"),
            *("schedule=step", "warmup=0", "dropout=0.05", "crop_padding=0", "flip=False"),
        ),
        "assignment",
    ),
    Step("no dropout", ("dropout=0",)),
    Step(
        "learning rate 0.1, warmed up, then falling to zero; Nesterov momentum, weight decay",
        ("learning_rate=0.1", "nesterov=True", "weight_decay=0.0005", "schedule=linear", "warmup=0.2"),
    ),
    Step("flips, and crops of two pixels", ("flip=True", "crop_padding=2")),
    Step("Muon on the convolutions", ("optimizer=muon", "learning_rate=0.05", "momentum=0.95")),
    Step("a network with skip connections, 3x3 convolutions throughout", (), _PLAIN_RESIDUAL),
    Step("separable convolutions, so that 48 and 64 channels are affordable", (), str(FAST.skeleton)),
    Step("half the warm-up: `fast`", (f"warmup={FAST.warmup}",)),
    Step(
        "Muon's weights kept at one norm, with rates for that",
        (
            *("fixed_weight_norm=True", f"learning_rate={BEST.learning_rate}"),
            f"auxiliary_learning_rate={BEST.auxiliary_learning_rate}",
        ),
    ),
    Step("kernels of 3, 7 and 13 pixels beside each other, gates by SiLU", (), _UNBOUNDED),
    Step("gates by tanh, which is bounded", (), str(BEST.skeleton)),
    Step("crops of four pixels: `best`", (f"crop_padding={BEST.crop_padding}",)),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--images", type=int, default=24_000, help="trained on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)


def result_name(_options: argparse.Namespace) -> str:
    """Name the norm measured: the steps change nothing that only another norm has."""
    return str(Norm.BATCH)


def trials(options: argparse.Namespace) -> list[Trial]:
    """Return the trial of each step, with the changes of all before it."""
    found: list[Trial] = []
    fields: dict[str, str] = {}
    network = "assignment"
    for step in STEPS:
        fields |= dict(field.split("=") for field in step.fields)
        network = step.network or network
        found.append(
            Trial(
                network=network,
                norm=Norm.BATCH,
                changes=tuple(f"{name}={value}" for name, value in fields.items()),
                epochs=options.epochs,
                seed=options.seed,
                images=options.images,
            )
        )
    return found


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Run every trial, keep each as a row of the search, and return them with their words.

    Raises:
        RuntimeError: a trial failed; those before it are kept.
    """
    images = load_images(options.data, lambda *_: None).train
    rows = [_succeeded(tried(trial, images, options.threads, RESULTS)) for trial in trials(options)]
    return {
        "norm": Norm.BATCH,
        "epochs": options.epochs,
        "images": options.images,
        "held_out_images": rows[0]["held_out_images"],
        "seed": options.seed,
        "steps": [
            {
                "words": step.words,
                "parameters": row["parameters"],
                "held_out_percent": row["held_out_percent"],
                "seconds": row["seconds"],
            }
            for step, row in zip(STEPS, rows, strict=True)
        ],
    }


def _succeeded(row: dict[str, object]) -> dict[str, object]:
    if row["failure"]:
        raise RuntimeError(f"{row['network']} {row['changes']}: {row['failure']}")
    return row
