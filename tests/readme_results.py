"""The table of measured results in the README, made from the committed reports.

Write it anew with ``uv run python -m tests.readme_results`` after committing new reports.
"""

import json
from typing import Any, Final

from tests.readme_parts import ROOT, write_part

RESULTS: Final = ROOT / "assets" / "results"
PRESETS: Final = ("reference", "tuned")


def results_table() -> str:
    """Return the table: a row a preset and norm, every figure from the last epoch."""
    head = (
        "| preset | norm | parameters | test accuracy | published | training accuracy | seconds an epoch |",
        "| :-- | :-- | --: | --: | --: | --: | --: |",
    )
    rows = (
        _row(preset, run)
        for preset in PRESETS
        for run in json.loads((RESULTS / f"{preset}.json").read_text(encoding="utf-8"))["runs"]
    )
    return "\n".join((*head, *rows)) + "\n"


def _row(preset: str, run: dict[str, Any]) -> str:
    figures = run["comparison"]
    published = f"{figures['published']:.2%}" if preset == "reference" else ""
    seconds = figures["training_seconds"] + figures["evaluation_seconds"]
    return (
        f"| [{preset}](assets/results/{preset}.md) | {run['norm']} | {figures['parameters']:,} "
        f"| **{figures['last_accuracy']:.2%}** | {published} | {figures['train_accuracy']:.2%} "
        f"| {seconds:.1f} |"
    )


if __name__ == "__main__":
    write_part("results", results_table())
