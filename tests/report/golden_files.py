"""The golden files: whole reports on made-up runs, without their pictures.

Write them anew with ``uv run python -m tests.report.golden_files``, and read the difference.
"""

from pathlib import Path
from typing import Final

from core.report.markdown import markdown_report
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import label_runs
from tests.report.example_runs import example_states
from tests.report.partial_runs import partial_states
from tests.report.study_runs import three_seeds

FOLDER: Final = Path(__file__).parent / "golden"
_SUITES: Final = {"example": example_states, "partial": partial_states, "study": three_seeds}
NAMES: Final = tuple(f"{suite}{ending}" for suite in _SUITES for ending in (".md", ".json", ".csv"))


def golden_text(name: str) -> str:
    """Return what the golden file `name` should hold."""
    suite, ending = name.split(".")
    runs = label_runs(_SUITES[suite]())
    if ending == "md":
        return markdown_report(runs, f"{suite}_files")
    return json_report(runs) if ending == "json" else csv_report(runs)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        (FOLDER / name).write_text(golden_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
