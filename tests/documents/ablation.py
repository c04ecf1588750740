"""The table of the ablation from the reference recipe to `best`."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Final, TypedDict

from core.report.markup import table
from tests.documents import RESULTS

_HEAD: Final = ("change", "parameters", "held-out accuracy", "points", "seconds", "more seconds")


class _Step(TypedDict):
    words: str
    parameters: int
    held_out_percent: float
    seconds: float


def ablation_table(results: Path = RESULTS) -> str:
    """Return the table: a row a change, with its gains over the row above, and a last one of all together."""
    figures = json.loads((results / "bench-ablation-batch.json").read_text(encoding="utf-8"))
    steps: list[_Step] = figures["steps"]
    points, seconds = _gains(steps[0], steps[-1])
    rows = [
        _row(steps[0], "", ""),
        *(_row(step, *_gains(before, step)) for before, step in pairwise(steps)),
        ("**together**", "", "", f"**{points}**", "", f"**{seconds}**"),
    ]
    return table(_HEAD, rows)


def _row(step: _Step, points: str, seconds: str) -> tuple[str, ...]:
    held_out = f"{step['held_out_percent']:.2f}%"
    return (step["words"], f"{step['parameters']:,}", held_out, points, f"{step['seconds']:.0f}", seconds)


def _gains(before: _Step, step: _Step) -> tuple[str, str]:
    points = step["held_out_percent"] - before["held_out_percent"]
    return f"{points:+.2f}", f"{step['seconds'] - before['seconds']:+.0f}"
