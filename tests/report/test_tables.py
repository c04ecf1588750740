import csv
import io
import json
import math

import pytest

from core.report.tables import csv_report, json_report
from core.results.labelled_runs import label_runs
from tests.report.example_runs import example_states
from tests.report.partial_runs import diverged, partial_states


def _refuse(literal: str) -> float:
    pytest.fail(f"{literal} is not strict JSON")


def test_json_is_strict_and_says_what_is_no_number() -> None:
    report = json.loads(json_report(label_runs([diverged()])), parse_constant=_refuse)
    (run,) = report["runs"]
    assert run["epochs"][1]["train_loss"] == "NaN"
    assert run["epochs"][1]["train_last_loss"] == "Infinity"
    assert run["comparison"]["test_loss"] == "NaN"


def test_json_has_the_numbers_of_the_runs() -> None:
    report = json.loads(json_report(label_runs(example_states())), parse_constant=_refuse)
    batch = report["runs"][0]
    assert batch["comparison"]["last_accuracy"] == 0.7351
    assert batch["model"]["size"]["parameters"] == 41_992
    assert [epoch["epoch"] for epoch in batch["epochs"]] == list(range(1, 21))
    assert sum(map(sum, batch["last_evaluation"]["confusion"])) == 10_000
    assert len(batch["misclassified"]) == 10
    assert "png" not in batch["misclassified"][0]


def test_every_run_of_the_json_has_the_same_keys() -> None:
    report = json.loads(json_report(label_runs(partial_states())))
    assert len({tuple(run) for run in report["runs"]}) == 1


def test_csv_has_a_row_a_run_and_epoch() -> None:
    runs = label_runs(example_states())
    rows = list(csv.DictReader(io.StringIO(csv_report(runs))))
    assert [(row["run"], int(row["epoch"])) for row in rows] == [
        (run.label, epoch) for run in runs for epoch in range(1, 21)
    ]
    last = rows[19]
    assert float(last["test_accuracy"]) == 0.7351
    spent = sum(float(row["train_seconds"]) + float(row["test_seconds"]) for row in rows[:20])
    assert float(last["elapsed_seconds"]) == pytest.approx(spent)


def test_csv_leaves_unknown_cells_empty_and_keeps_nan() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_report(label_runs(partial_states())))))
    unevaluated = next(row for row in rows if row["run"] == "batch, seed 2" and row["epoch"] == "2")
    assert unevaluated["test_loss"] == unevaluated["test_accuracy"] == unevaluated["test_seconds"] == ""
    broken = next(row for row in rows if row["run"] == "layer, seed 1" and row["epoch"] == "2")
    assert math.isnan(float(broken["test_loss"]))
