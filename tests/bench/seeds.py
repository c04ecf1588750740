"""A preset's test accuracy in every norm, over several seeds: last epochs, means and deviations.

``uv run python -m tests.bench seeds --preset best --data FOLDER --save``. `cifar-tui --headless` trains every
run that ``--runs-dir`` has not finished yet, so that one cut short goes on where it was.
"""

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Final

from core.config import Device
from core.event_log import read_events
from core.presets import Norm, Preset
from core.run_state import Outcome, RunState, replay
from tests.terminal import DASHBOARD

_FEWEST: Final = 2  # below, there is no deviation


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.TUNED)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3, help="how many: 0, 1, 2, ...")
    parser.add_argument("--norms", type=lambda text: tuple(map(Norm, text.split(","))), default=tuple(Norm))
    parser.add_argument("--runs-dir", type=Path, required=True, help="where the event files go, and stay")
    parser.add_argument("extra", nargs="*", help="further flags of cifar-tui, behind --")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.device}-{options.preset}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return each norm's accuracies after the last epoch, in percent, over the seeds."""
    flags = ["--preset", options.preset, "--data", options.data, "--epochs", str(options.epochs)]
    flags += ["--device", options.device, *options.extra]
    for seed in range(options.seeds):
        _train(options.runs_dir / f"seed-{seed}", options.norms, [*flags, "--seed", str(seed)])
    runs = [run for seed in range(options.seeds) for run in finished(options.runs_dir / f"seed-{seed}")]
    return {
        "run": " ".join(("cifar-tui --headless", *flags)),
        "preset": options.preset,
        "seeds": options.seeds,
        "epochs": options.epochs,
        "norms": {norm: figures([run for run in runs if run.name == norm]) for norm in options.norms},
    }


def _train(folder: Path, norms: Sequence[Norm], flags: Sequence[str]) -> None:
    """Train in every norm that no finished run in `folder` has."""
    done = {run.name for run in finished(folder)}
    missing = [norm for norm in norms if norm not in done]
    if missing:
        command = [*DASHBOARD, "--headless", "--runs-dir", str(folder), "--norm", ",".join(missing), *flags]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def finished(folder: Path) -> list[RunState]:
    """Return the runs of `folder` that were trained to their end."""
    states = (replay(file.parent.name, read_events(file)) for file in sorted(folder.glob("*/*/events.jsonl")))
    return [state for state in states if state.outcome is Outcome.FINISHED]


def figures(runs: Sequence[RunState]) -> dict[str, object]:
    """Sum up the same run with several seeds, two at least."""
    if len(runs) < _FEWEST:
        raise RuntimeError(f"{len(runs)} finished runs have no deviation")
    ends = [run.epochs[-1] for run in runs]
    tests = [end.test for end in ends if end.test is not None]
    return {
        "parameters": runs[0].model.trainable_parameters if runs[0].model else None,
        "test_accuracy_percent": spread([100 * test.accuracy for test in tests]),
        "train_accuracy_percent": spread([100 * end.train.correct / end.train.images for end in ends]),
        "seconds_an_epoch": fmean(epoch.train.seconds for run in runs for epoch in run.epochs),
    }


def spread(values: Sequence[float]) -> dict[str, object]:
    """Return mean, standard deviation and the values themselves, in the order of the seeds."""
    return {"mean": fmean(values), "deviation": stdev(values), "all": list(values)}
