import csv
import io
import json
from typing import Any

import pytest

from core.config.presets import Norm
from core.report.markdown import markdown_report
from core.report.tables import csv_report, json_report
from core.results.comparison import MEASURES, compare
from core.results.labelled_runs import label_runs
from core.runs.run_state import RunState
from tests.report.averaged_runs import averaged, without

ROW = "Test accuracy, flip-averaged"
BOTH = (averaged(Norm.BATCH), without(Norm.GROUP))


def _markdown(*states: RunState) -> str:
    return markdown_report(label_runs(states), "files")


def _table(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table below `heading`."""
    block = text.split(f"{heading}\n\n")[1].split("\n\n", maxsplit=1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]


def _csv(*states: RunState) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_report(label_runs(states)))))


def _json(*states: RunState) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = json.loads(json_report(label_runs(states)))["runs"]
    return runs


def test_the_summary_has_a_column_for_it_and_says_what_it_is() -> None:
    text = _markdown(*BOTH)
    header, _, batch, group = _table(text, "## Summary")
    at = header.index("Flip-averaged")
    assert (batch[at], group[at]) == ("73.33%", "–")
    assert "Flip-averaged is the test accuracy after the last epoch by the logits of each image" in text


def test_the_comparison_has_a_row_for_it() -> None:
    rows = {row[0]: row[1:] for row in _table(_markdown(*BOTH), "## Comparison")}
    assert rows[ROW] == ["73.33%", "–"]


@pytest.mark.parametrize("share", ["91.11%", "52.22%"])
def test_no_epoch_but_the_last_is_told(share: str) -> None:
    text = _markdown(*BOTH)
    assert "73.33%" in text
    assert share not in text


def test_every_other_figure_is_as_without_it() -> None:
    (own,), (plain,) = compare([averaged(Norm.BATCH)]), compare([without(Norm.BATCH)])
    shared = [measure for measure in MEASURES if measure.name != ROW]
    assert [measure.value(own) for measure in shared] == [measure.value(plain) for measure in shared]
    assert (own.best_epoch, own.gap, own.verdict) == (plain.best_epoch, plain.gap, plain.verdict)
    assert (own.flip_averaged_accuracy, plain.flip_averaged_accuracy) == (0.7333, None)


def test_the_csv_has_a_last_column_filled_where_the_last_epoch_is() -> None:
    rows = _csv(*BOTH)
    assert list(rows[0])[-2:] == ["flip_averaged_accuracy", "verdict"]
    assert [row["flip_averaged_accuracy"] for row in rows] == ["", "", "0.7333", "", "", ""]


def test_the_json_has_it_among_the_compared_figures_of_every_run() -> None:
    assert [run["comparison"]["flip_averaged_accuracy"] for run in _json(*BOTH)] == [0.7333, None]
    assert all("flip_averaged" not in json.dumps(run["epochs"]) for run in _json(*BOTH))


def test_a_report_on_runs_without_it_has_no_place_for_it() -> None:
    plain = (without(Norm.BATCH), without(Norm.GROUP))
    text = _markdown(*plain)
    assert "flip-averaged" not in text.lower()
    assert "flip_averaged_accuracy" not in csv_report(label_runs(plain))
    assert "flip_averaged_accuracy" not in json_report(label_runs(plain))
