"""A preset's test accuracy in every norm, over several seeds: last epochs, means and deviations.

``uv run python -m tests.bench seeds --preset best --data FOLDER --save``. `cifar-tui --headless` trains every
run that ``--runs-dir`` has not finished yet, so that one cut short goes on where it was.
"""

import argparse
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Final

from core.config.presets import Norm, Preset
from core.config.run_config import Device
from core.runs.event_log import read_events
from core.runs.events import Evaluated
from core.runs.folder import RunFolder
from core.runs.run_state import Outcome, RunState, replay
from tests.bench.checkpoints import evaluated_again
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
    parser.add_argument("extra", nargs="*", help="further flags of cifar-tui, after --")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.device}-{options.preset}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return each norm's accuracies after the last epoch, in percent, over the seeds."""
    flags = ["--preset", options.preset, "--data", options.data, "--epochs", str(options.epochs)]
    flags += ["--device", options.device, *options.extra]
    runs: list[FinishedRun] = []
    for seed in range(options.seeds):
        folder = options.runs_dir / f"seed-{seed}"
        wanted = {"preset": options.preset, "epochs": options.epochs, "data": options.data, "seed": seed}
        found = as_wanted(folder, wanted)
        done = {run.state.name for run in found}
        missing = [norm for norm in options.norms if norm not in done]
        if missing:
            _train(folder, missing, [*flags, "--seed", str(seed)])
            found = as_wanted(folder, wanted)
        runs += found
    return {
        "run": " ".join(("cifar-tui --headless", *flags)),
        "preset": options.preset,
        "seeds": options.seeds,
        "epochs": options.epochs,
        "norms": {norm: figures([r for r in runs if r.state.name == norm]) for norm in options.norms},
    }


def _train(folder: Path, norms: Sequence[Norm], flags: Sequence[str]) -> None:
    command = [*DASHBOARD, "--headless", "--runs-dir", str(folder), "--norm", ",".join(norms), *flags]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run that was trained to its end, and the weights it left."""

    state: RunState
    checkpoint: Path


def finished(folder: Path) -> list[FinishedRun]:
    """Return the runs of `folder` that were trained to their end."""
    runs = (
        FinishedRun(replay(file.parent.name, read_events(file)), RunFolder(file.parent).checkpoint)
        for file in sorted(folder.glob("*/*/events.jsonl"))
    )
    return [run for run in runs if run.state.outcome is Outcome.FINISHED]


def as_wanted(folder: Path, wanted: Mapping[str, object]) -> list[FinishedRun]:
    """Return the finished runs of `folder`, all of which have the settings `wanted`, by field of `RunConfig`.

    Raises:
        RuntimeError: one has another, or another recipe than its preset has now, or two have the same norm.
    """
    runs = finished(folder)
    for run in runs:
        started = run.state.started
        if started is None or started.recipe != started.config.recipe:
            raise RuntimeError(f"{run.checkpoint.parent}: of another recipe; --runs-dir takes a new folder")
        for field, value in wanted.items():
            own = getattr(started.config, field)
            if own != value:
                raise RuntimeError(f"{run.checkpoint.parent}: {field} is {own}, not {value}")
    names = [run.state.name for run in runs]
    if len(set(names)) < len(names):
        raise RuntimeError(f"{folder}: two finished runs of one norm")
    return runs


def figures(runs: Sequence[FinishedRun]) -> dict[str, object]:
    """Sum up the same run with several seeds, two at least.

    Flip averages are of the weights that were left; all else is what the runs logged.
    """
    if len(runs) < _FEWEST:
        raise RuntimeError(f"{len(runs)} finished runs have no deviation")
    states = [run.state for run in runs]
    ends = [state.epochs[-1] for state in states]
    again = [evaluated_again(run.state, run.checkpoint) for run in runs]
    return {
        "parameters": states[0].model.trainable_parameters if states[0].model else None,
        "test_accuracy_percent": spread([100 * state.tests[-1].accuracy for state in states]),
        "flip_averaged_percent": spread([100 * _flip_averaged(test) for test in again]),
        "train_accuracy_percent": spread([100 * end.train.correct / end.train.images for end in ends]),
    }


def _flip_averaged(test: Evaluated) -> float:
    if test.flip_averaged_accuracy is None:
        raise RuntimeError("weights were evaluated without flip averaging")
    return test.flip_averaged_accuracy


def spread(values: Sequence[float]) -> dict[str, object]:
    """Return mean, standard deviation and the values themselves, in the order of the seeds."""
    return {"mean": fmean(values), "deviation": stdev(values), "all": list(values)}
