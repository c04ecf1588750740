"""The README's table of means over several seeds, made from the committed `seeds` benchmarks.

Write it anew with ``uv run python -m tests.readme_seeds`` after ``python -m tests.bench seeds ... --save``.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.readme_parts import write_part
from tests.readme_results import RESULTS


def seeds_table(results: Path = RESULTS) -> str:
    """Return the table: a row a preset and norm, means and standard deviations of last epochs."""
    lines = [
        "| preset | norm | parameters | test accuracy | flip-averaged | training accuracy | seeds |",
        "| :-- | :-- | --: | --: | --: | --: | --: |",
    ]
    for file in sorted(results.glob("bench-seeds-*.json")):
        figures = json.loads(file.read_text(encoding="utf-8"))
        link = f"[{figures['preset']}](assets/results/{file.name})"
        lines += [
            f"| {link} | {norm} | {own['parameters']:,} | **{_spread(own['test_accuracy_percent'])}** "
            f"| {_spread(own['flip_averaged_percent'])} | {_spread(own['train_accuracy_percent'])} "
            f"| {len(own['test_accuracy_percent']['all'])} |"
            for norm, own in figures["norms"].items()
        ]
    return "\n".join(lines) + "\n"


def _spread(percent: Mapping[str, Any]) -> str:
    return f"{percent['mean']:.2f} ± {percent['deviation']:.2f}%"


if __name__ == "__main__":
    write_part("seeds", seeds_table())
