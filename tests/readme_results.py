"""The table of measured results in the README, made from the committed reports.

Write it anew with ``uv run python -m tests.readme_results`` after committing new reports.
"""

import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
RESULTS: Final = ROOT / "assets" / "results"
PRESETS: Final = ("reference", "tuned")
_BEGIN: Final = "<!-- results: written by tests/readme_results.py -->\n"
_END: Final = "<!-- end of results -->\n"


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


def with_results(readme: str) -> str:
    """Return the README's text with the table of today's committed reports."""
    before, rest = readme.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}\n{results_table()}\n{_END}{after}"


def main() -> None:
    README.write_text(with_results(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
