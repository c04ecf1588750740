"""Whether two ways to compute learn the same: test accuracy after the last epoch, seed by seed.

``uv run python -m tests.bench accuracy --data FOLDER --save``. `cifar-tui --headless` trains every seed
twice, as it does unasked and with ``CIFAR_TUI_PLAIN=1``; by ``--against single`` with products of single
precision instead, where the processor multiplies in bf16. The same seed gives the same weights, order, crops
and flips to both.
"""

import argparse
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean, stdev
from tempfile import TemporaryDirectory
from typing import Final

from core.config.devices import Device
from core.config.presets import Norm, Preset
from core.environment import PLAIN_VARIABLE, PRECISION_VARIABLE
from core.runs.event_log import read_events
from core.runs.run_reducer import replay
from core.runs.run_state import Outcome
from tests.terminal import DASHBOARD

_FAST: Final = "fast"
_OTHERS: Final = {"plain": {PLAIN_VARIABLE: "1"}, "single": {PRECISION_VARIABLE: "single"}}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--norm", type=Norm, choices=tuple(Norm), default=Norm.BATCH)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument(
        "--against", choices=_OTHERS, default="plain", help="what the fast path is compared with"
    )
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--first-seed", type=int, default=0, help="the others are those after it")
    parser.add_argument("extra", nargs="*", help="further flags of cifar-tui, after --")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    other = "" if options.against == "plain" else f"-against-{options.against}"
    return f"{options.device}-{options.preset}-{options.norm}{other}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return each path's accuracies, in percent, and the difference of their means, fast minus the other."""
    other = options.against
    environments: dict[str, dict[str, str]] = {_FAST: {}, other: _OTHERS[other]}
    flags = ["--preset", options.preset, "--norm", options.norm, "--data", options.data]
    flags += ["--epochs", str(options.epochs), "--device", options.device, *options.extra]
    found: dict[str, list[float]] = {path: [] for path in environments}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for path, environment in environments.items():
            found[path].append(_accuracy([*flags, "--seed", str(seed)], environment))
        print(f"seed {seed}: fast {found[_FAST][-1]:.2f}%, {other} {found[other][-1]:.2f}%", flush=True)
    differences = [fast - slow for fast, slow in zip(found[_FAST], found[other], strict=True)]
    return {
        "run": " ".join(("cifar-tui --headless", *flags)),
        "seeds": options.seeds,
        "first_seed": options.first_seed,
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


def _accuracy(flags: list[str], environment: Mapping[str, str]) -> float:
    with TemporaryDirectory() as folder:
        subprocess.run(
            [*DASHBOARD, "--headless", "--runs-dir", folder, *flags],
            env=os.environ | environment,
            capture_output=True,
            check=True,
        )
        (events,) = Path(folder).glob("*/*/events.jsonl")
        run = replay(events.parent.name, read_events(events))
    if run.outcome is not Outcome.FINISHED or run.last_accuracy is None:
        raise RuntimeError(f"{flags}: the run did not finish")
    return 100 * run.last_accuracy
