"""One trial of the search for a better network or recipe, kept as a row of assets/results/search.csv.

``uv run python -m tests.bench search --data FOLDER --network "16 full16 full24/2" --epochs 4``. Trained on
all but 5,000 of the training images, and tested on those; the test images are not read. A trial that fails is
kept too. Several may run at once, each with ``--threads 1``; their seconds are then longer.
"""

import argparse
import csv
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock

from core.config.presets import Norm
from core.dataset.images import ImageSet, ImageSplit
from core.dataset.sources import load_images
from tests.bench.trial import Trial, run

RESULTS: Final = Path(__file__).parents[2] / "assets" / "results" / "search.csv"
COLUMNS: Final = (
    "date",
    "network",
    "norm",
    "changes",
    "epochs",
    "images",
    "held_out_images",
    "seed",
    "parameters",
    "held_out_percent",
    "trained_percent",
    "seconds",
    "threads",
    "failure",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what a trial is made of."""
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--network", default="assignment", help='such as "16 full16 separable32/2"')
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--images", type=int, help="train on so many only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the CSV file to add a row to")
    parser.add_argument(
        "changes", nargs="*", help="fields of the first `tuned`'s recipe, such as warmup=0.1, after --"
    )


def result_name(options: argparse.Namespace) -> str:
    """Name what was tried, if it is kept as a benchmark of its own."""
    return f"search-{options.norm}"


def _load(spec: str) -> ImageSet:
    return load_images(spec, lambda *_: None)


def measure(options: argparse.Namespace, load: Callable[[str], ImageSet] = _load) -> dict[str, object]:
    """Run the trial, of what `load` gives on the training images alone, and add its row; return the row."""
    trial = Trial(
        network=options.network,
        norm=options.norm,
        changes=tuple(options.changes),
        epochs=options.epochs,
        seed=options.seed,
        images=options.images,
    )
    return tried(trial, load(options.data).train, options.threads, options.results)


def tried(trial: Trial, training_images: ImageSplit, threads: int, results: Path) -> dict[str, object]:
    """Run a trial and add its row to the file `results`; return the row."""
    row: dict[str, object] = {
        "date": datetime.now(UTC).date().isoformat(),
        **asdict(trial),
        "changes": " ".join(trial.changes),
        "threads": threads,
        "failure": "",
    }
    try:
        found = run(trial, training_images, threads)
    except (ValueError, RuntimeError) as error:
        row["failure"] = str(error)
    else:
        row |= {
            "images": found.images,
            "held_out_images": found.held_out_images,
            "parameters": found.parameters,
            "held_out_percent": round(found.held_out, 2),
            "trained_percent": round(found.trained, 2),
            "seconds": round(found.seconds, 1),
        }
    add_row(results, row)
    return row


def add_row(file: Path, row: Mapping[str, object]) -> None:
    """Add a row, and before the first one the columns' names; other trials may add theirs meanwhile."""
    with FileLock(file.with_suffix(".lock")), file.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        if not lines.tell():
            writer.writeheader()
        writer.writerow(row)
