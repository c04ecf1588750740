"""Whether the fast path learns what the plain path does: test accuracy after the last epoch, seed by seed.

``uv run python -m tests.bench accuracy --data FOLDER --save``. `cifar-tui --headless` trains every seed
twice, once with ``CIFAR_TUI_PLAIN=1``; the same seed gives the same weights, order, crops and flips to both.
"""

import argparse
import os
import subprocess
from pathlib import Path
from statistics import fmean, stdev
from tempfile import TemporaryDirectory
from typing import Final

from core.config.presets import Norm, Preset
from core.config.run_config import Device
from core.environment import PLAIN_VARIABLE
from core.runs.event_log import read_events
from core.runs.run_reducer import replay
from core.runs.run_state import Outcome
from tests.terminal import DASHBOARD

_PATHS: Final = {"fast": "0", "plain": "1"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=5, help="how many: 0, 1, 2, ...")
    parser.add_argument("extra", nargs="*", help="further flags of cifar-tui, after --")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.device}-{options.preset}-{options.norm}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return each path's accuracies, in percent, and the difference of their means, fast minus plain."""
    flags = ["--preset", options.preset, "--norm", options.norm, "--data", options.data]
    flags += ["--epochs", str(options.epochs), "--device", options.device, *options.extra]
    found: dict[str, list[float]] = {path: [] for path in _PATHS}
    for seed in range(options.seeds):
        for path, value in _PATHS.items():
            found[path].append(_accuracy([*flags, "--seed", str(seed)], value))
        print(f"seed {seed}: fast {found['fast'][-1]:.2f}%, plain {found['plain'][-1]:.2f}%", flush=True)
    differences = [fast - plain for fast, plain in zip(found["fast"], found["plain"], strict=True)]
    return {
        "run": " ".join(("cifar-tui --headless", *flags)),
        "seeds": options.seeds,
        "epochs": options.epochs,
        "preset": options.preset,
        "norm": options.norm,
        "test_accuracy_percent": {
            path: {"mean": fmean(values), "deviation": stdev(values), "all": values}
            for path, values in found.items()
        },
        "difference_points": {
            "mean": fmean(differences),
            "standard_error": stdev(differences) / len(differences) ** 0.5,
            "all": differences,
        },
    }


def _accuracy(flags: list[str], plain: str) -> float:
    with TemporaryDirectory() as folder:
        subprocess.run(
            [*DASHBOARD, "--headless", "--runs-dir", folder, *flags],
            env=os.environ | {PLAIN_VARIABLE: plain},
            capture_output=True,
            check=True,
        )
        (events,) = Path(folder).glob("*/*/events.jsonl")
        run = replay(events.parent.name, read_events(events))
    if run.outcome is not Outcome.FINISHED or run.last_accuracy is None:
        raise RuntimeError(f"{flags}: the run did not finish")
    return 100 * run.last_accuracy
