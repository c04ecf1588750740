"""The README's table of what each change is worth, made from the committed ablation.

Write it anew with ``uv run python -m tests.readme_ablation`` after ``python -m tests.bench ablation --save``.
"""

import json
from itertools import pairwise
from pathlib import Path

from tests.readme_parts import write_part
from tests.readme_results import RESULTS


def ablation_table(results: Path = RESULTS) -> str:
    """Return the table: a row a change, with what it added to the row above."""
    lines = [
        "| change | parameters | held-out accuracy | points | seconds |",
        "| :-- | --: | --: | --: | --: |",
    ]
    figures = json.loads((results / "bench-ablation-batch.json").read_text(encoding="utf-8"))
    first, *_ = steps = figures["steps"]
    gains = [None, *(own["held_out_percent"] - above["held_out_percent"] for above, own in pairwise(steps))]
    for step, gain in zip(steps, gains, strict=True):
        points = "" if gain is None else f"{gain:+.1f}"
        lines.append(
            f"| {step['words']} | {step['parameters']:,} | {step['held_out_percent']:.2f}% | {points} "
            f"| {step['seconds']:.0f} |"
        )
    last = steps[-1]
    total = last["held_out_percent"] - first["held_out_percent"]
    lines.append(f"| together | | | **{total:+.1f}** | |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_part("ablation", ablation_table())
