"""The README's ablation from the reference recipe to `best`, made from the committed `ablation` benchmark.

Write it anew with ``uv run python -m tests.readme_ablation`` after ``python -m tests.bench ablation --save``.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

from tests.readme_parts import write_part
from tests.readme_results import RESULTS


class _Step(TypedDict):
    words: str
    parameters: int
    held_out_percent: float
    seconds: float


def ablation_table(results: Path = RESULTS) -> str:
    """Return the table: a row a change, with its gains over the row above, and a last one of all together."""
    figures = json.loads((results / "bench-ablation-batch.json").read_text(encoding="utf-8"))
    steps: list[_Step] = figures["steps"]
    lines = [
        "| change | parameters | held-out accuracy | points | seconds | more seconds |",
        "| :-- | --: | --: | --: | --: | --: |",
        _row(steps[0], "", ""),
    ]
    for before, step in pairwise(steps):
        lines.append(_row(step, *_gains(before, step)))
    points, seconds = _gains(steps[0], steps[-1])
    lines.append(f"| **together** | | | **{points}** | | **{seconds}** |")
    return "\n".join(lines) + "\n"


def _row(step: _Step, points: str, seconds: str) -> str:
    return (
        f"| {step['words']} | {step['parameters']:,} | {step['held_out_percent']:.2f}% | {points} "
        f"| {step['seconds']:.0f} | {seconds} |"
    )


def _gains(before: _Step, step: _Step) -> tuple[str, str]:
    points = step["held_out_percent"] - before["held_out_percent"]
    return f"{points:+.2f}", f"{step['seconds'] - before['seconds']:+.0f}"


if __name__ == "__main__":
    write_part("ablation", ablation_table())
