"""The whole assignment from the command line, all three norms trained and evaluated; from the event files.

``uv run python -m tests.bench suite --device cuda --parallel 1,auto`` on a quiet machine. With several values
of ``--parallel`` each has a suite in every round, in an order that turns from round to round.
"""

import argparse
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from core.config.devices import Device
from core.config.presets import Norm, Preset
from core.runs.event_log import read_events
from core.runs.events import EpochEnded, Evaluated, Phase, PhaseChanged, Record
from core.runs.life_events import RunFinished
from tests.terminal import DASHBOARD

_AT_WORK: Final = (Phase.TRAIN, Phase.EVALUATE)

Interval = tuple[float, float]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides the work."""
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), default=Device.CPU)
    parser.add_argument("--preset", type=Preset, choices=tuple(Preset), default=Preset.REFERENCE)
    parser.add_argument("--data", default="auto", help="as cifar-tui's")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3, help="suites a value")
    parser.add_argument(
        "--parallel",
        type=lambda text: tuple(text.split(",")),
        default=(None,),
        metavar="VALUE,VALUE",
        help="values of cifar-tui's own flag to compare; by default the flag is left out",
    )
    parser.add_argument("extra", nargs="*", help="further flags of cifar-tui, after --")


def result_name(options: argparse.Namespace) -> str:
    """Name what was measured."""
    return f"{options.device}-{options.preset}"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return each value's suites, with the medians of their wall-clock seconds."""
    flags = ["--preset", options.preset, "--data", options.data, "--epochs", str(options.epochs)]
    flags += ["--norm", ",".join(Norm), "--device", options.device, *options.extra]
    suites: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for number in range(options.rounds):
        turn = number % len(options.parallel)
        for value in (*options.parallel[turn:], *options.parallel[:turn]):
            name = "as it comes" if value is None else value
            figures = _suite(flags if value is None else [*flags, "--parallel", value])
            suites[name].append(figures)
            print(f"{name}: {figures['wall_seconds']:.1f} s", flush=True)
    return {
        "suite": " ".join(("cifar-tui --headless", *flags)),
        "parallel": {
            name: {
                key: median(suite[key] for suite in measured)
                for key in ("wall_seconds", "event_seconds", "at_work_seconds")
            }
            | {"suites": measured}
            for name, measured in suites.items()
        },
    }


def _suite(flags: Sequence[str]) -> dict[str, Any]:
    """Train one suite; return its figures.

    `wall_seconds` is the command from its start to its end, `event_seconds` first to last event;
    `at_work_seconds` is the time in which any run trained or evaluated: without imports, loading,
    compiling and warming up where a run names these phases.
    """
    with TemporaryDirectory() as folder:
        command = [*DASHBOARD, "--headless", "--runs-dir", folder, *flags]
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        wall = time.perf_counter() - began
        runs = {file.parent.name: read_events(file) for file in Path(folder).glob("*/*/events.jsonl")}
    if not all(isinstance(records[-1].event, RunFinished) for records in runs.values()):
        raise RuntimeError("a run did not finish")
    times = [record.time for records in runs.values() for record in records]
    return {
        "wall_seconds": wall,
        "event_seconds": max(times) - min(times),
        "at_work_seconds": covered(part for records in runs.values() for part in at_work(records)),
        "runs": {name: _run_figures(runs[name]) for name in sorted(runs)},
    }


def at_work(records: Sequence[Record]) -> list[Interval]:
    """Return when a run trained or evaluated, in Unix seconds: from each such phase to the next."""
    changes = [(r.time, r.event.phase) for r in records if isinstance(r.event, PhaseChanged)]
    ends = [time for time, _ in changes[1:]] + [records[-1].time]
    return [(begin, end) for (begin, phase), end in zip(changes, ends, strict=True) if phase in _AT_WORK]


def covered(intervals: Iterable[Interval]) -> float:
    """Return how many seconds lie in at least one interval."""
    seconds, reached = 0.0, float("-inf")
    for begin, end in sorted(intervals):
        seconds += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return seconds


def _run_figures(records: Sequence[Record]) -> dict[str, float]:
    epochs = [r.event for r in records if isinstance(r.event, EpochEnded)]
    tests = [r.event for r in records if isinstance(r.event, Evaluated)]
    return {
        "epoch_seconds": median(epoch.seconds for epoch in epochs),
        "evaluation_seconds": median(test.seconds for test in tests),
        "last_accuracy": tests[-1].accuracy,
    }
