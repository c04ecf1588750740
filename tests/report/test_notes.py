import csv
import io
import json
from dataclasses import replace
from pathlib import Path

from core.report import export_report
from core.report.markdown import markdown_report
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import label_runs
from core.runs.notes import write_note
from core.runs.suite_state import states_in
from tests.report.example_runs import example_states
from tests.tui.runs.suites_on_disk import finished_suite

WORDS = "a *lower* rate | next <time>"


def test_a_note_is_told_as_a_person_s_words() -> None:
    first, *others = example_states()
    runs = label_runs([replace(first, note=WORDS), *others])
    text = markdown_report(runs, "files")
    assert "## Notes\n\nWritten by hand beside the runs; no figure here depends on it.\n\n- batch: a " in text
    assert r"a \*lower\* rate \| next \<time\>" in text
    assert [run["note"] for run in json.loads(json_report(runs))["runs"]] == [WORDS, "", ""]
    rows = list(csv.DictReader(io.StringIO(csv_report(runs))))
    assert [row["epoch"] for row in rows if row["note"]] == ["20"]
    assert list(rows[0])[-2:] == ["note", "verdict"]


def test_a_report_without_notes_is_what_it_was() -> None:
    runs = label_runs(example_states())
    assert "Notes" not in markdown_report(runs, "files")
    assert not any("note" in run for run in json.loads(json_report(runs))["runs"])
    assert ",note," not in csv_report(runs)


def test_a_report_with_notes_is_the_same_bytes_twice(tmp_path: Path) -> None:
    suite = finished_suite(tmp_path / "runs")
    write_note(suite.run("layer"), WORDS)
    reports = []
    for _ in range(2):
        export_report(states_in(suite.path), tmp_path / "report.json")
        reports.append((tmp_path / "report.json").read_bytes())
    assert reports[0] == reports[1]
    assert b"a *lower* rate" in reports[0]
