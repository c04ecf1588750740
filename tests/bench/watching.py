"""What watching costs: a suite's time with the dashboard over its time without a screen, in pairs.

``uv run python -m tests.bench watching`` on a quiet machine; about a quarter of an hour. Both times are the
worker's own, from its first step to its last event: what came before (imports, choosing) is not training.
Ten seconds of every suite are drawn more often than the rest.
"""

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from core.runs.event_log import read_events
from core.runs.events import Phase, PhaseChanged
from core.runs.life_events import RunFinished
from tests.terminal import DASHBOARD, Terminal


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--data", default="demo", help="as cifar-tui's")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--pairs", type=int, default=8)


def result_name(options: argparse.Namespace) -> str:
    """Name whose images were trained on."""
    return "demo" if options.data == "demo" else "images"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return the ratios of all pairs, either first in turn, with every suite's seconds."""
    flags = ["--data", options.data, "--epochs", str(options.epochs), "--device", "cpu"]
    pairs = []
    for number in range(options.pairs):
        order = (_headless, _watched) if number % 2 else (_watched, _headless)
        times = {run.__name__.strip("_"): run(flags) for run in order}
        pairs.append(times | {"ratio": times["watched"] / times["headless"]})
        print(pairs[-1], flush=True)
    ratios = [pair["ratio"] for pair in pairs]
    return {
        "suite": " ".join(("cifar-tui", *flags)),
        "ratio": {"median": median(ratios), "min": min(ratios), "max": max(ratios)},
        "pairs": pairs,
    }


def _headless(flags: Sequence[str]) -> float:
    with TemporaryDirectory() as folder:
        command = [*DASHBOARD, "--headless", *flags]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        return _seconds(Path(folder))


def _watched(flags: Sequence[str]) -> float:
    with (
        TemporaryDirectory() as folder,
        Terminal([*DASHBOARD, *flags], Path(folder), columns=120, lines=40) as terminal,
    ):
        terminal.wait_for("quit")
        terminal.drain()
        terminal.send("\r")
        terminal.wait_for("Generalization")  # the comparison opens by itself at the end
        terminal.send("q")
        terminal.ended()
        return _seconds(Path(folder))


def _seconds(folder: Path) -> float:
    records = [record for file in folder.glob("runs/*/*/events.jsonl") for record in read_events(file)]
    steps = [r.time for r in records if r.event == PhaseChanged(phase=Phase.TRAIN)]
    ends = [r.time for r in records if isinstance(r.event, RunFinished)]
    assert len(ends) == 3, "a run did not finish"
    return max(ends) - min(steps)
