"""Runs that trained side by side shared the machine: wherever their seconds stand, that is said."""

import csv
import io
import json
from dataclasses import replace

from core.report.markdown import markdown_report
from core.report.tables import csv_report, json_report
from core.results.comparison import compare, measures
from core.results.labelled_runs import label_runs
from core.results.study_verdict import study_verdict
from core.runs.concurrency import SIDE_BY_SIDE
from core.runs.run_state import RunState
from tests.report.example_runs import example_states
from tui.charts.run_curves import Axis
from tui.compare.curve_specs import accuracy_spec
from tui.compare.figure_rows import Tone, column_of, figure_rows, reading
from tui.compare.view import View, named

_ALONE = example_states()


def _beside(*states: RunState) -> tuple[RunState, ...]:
    notice = f"{SIDE_BY_SIDE} some-other-run"
    return tuple(replace(state, notices=(*state.notices, notice)) for state in states)


def _lines(states: tuple[RunState, ...], *words: str) -> list[str]:
    text = markdown_report(label_runs(states), "report_files")
    return [line for line in text.splitlines() if all(word in line for word in words)]


def test_a_report_says_so_at_every_time_and_speed() -> None:
    shared = _beside(*_ALONE)
    assert _lines(shared, "| Training, s an epoch, shared |")
    assert _lines(shared, "| Evaluation, s an epoch, shared |")
    assert _lines(shared, "| Training, images/s, shared |")
    assert _lines(shared, "| Training and evaluation, in all, shared |")
    assert _lines(shared, "Training s, shared | Evaluation s, shared | Images/s, shared |")
    assert _lines(shared, "All runs trained side by side and shared the machine: seconds and speeds are no")
    assert len(_lines(shared, "- ", "side by side shared the machine: their seconds are no comparison")) == 2
    assert _lines(shared, "The 3 runs took ", "each counts the seconds that they shared")
    assert len(_lines(shared, "of training and evaluation beside other runs, ")) == 3


def test_a_report_on_runs_that_trained_alone_says_nothing_of_it() -> None:
    assert not _lines(_ALONE, "shared")
    assert not _lines(_ALONE, "side by side")


def test_of_some_that_shared_it_and_some_that_did_not_it_is_told_which() -> None:
    first, *others = _ALONE
    label = label_runs(_ALONE)[0].label
    mixed = (*_beside(first), *others)
    assert _lines(mixed, f"{label} trained side by side and shared the machine: ")
    assert len(_lines(mixed, "of training and evaluation beside other runs, ")) == 1


def test_files_for_programs_tell_it_of_each_run() -> None:
    first, *others = _ALONE
    runs = label_runs((*_beside(first), *others))
    told = [run["comparison"]["side_by_side"] for run in json.loads(json_report(runs))["runs"]]
    assert told == [True, False, False]
    rows = list(csv.DictReader(io.StringIO(csv_report(runs))))
    assert [row["side_by_side"] for row in rows if row["epoch"] == "1"] == ["true", "false", "false"]
    assert "side_by_side" not in csv_report(label_runs(_ALONE)).splitlines()[0]


def test_the_comparison_says_so_and_marks_no_time_as_the_best() -> None:
    view = View(runs=named(_beside(*_ALONE)), by_time=True)
    columns = [column_of(group) for group in view.columns]
    rows = {row.name: row for row in figure_rows(columns, study_verdict(view.runs))}
    for measure in measures(compare(_beside(*_ALONE))):
        if measure.shared_name:
            assert [cell.tone for cell in rows[measure.shared_name].cells] == [Tone.PLAIN] * 3
    assert reading(columns)[0].startswith("All runs trained side by side")
    assert accuracy_spec(view).x_label == "shared"
    assert accuracy_spec(replace(view, by_time=False)).x_label == Axis.EPOCH.value
