from pathlib import Path

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.runs.folder import SuiteFolder
from tests.report.example_runs import config, epoch_events, finished_events, opening_events
from tests.tui.runs.suites_on_disk import ended_suite, finished_suite, make_suite, write
from tui.runs.columns import Row
from tui.runs.reading import RunsReader


def read(reader: RunsReader) -> dict[Path, tuple[Row, ...]]:
    """Return what is new by suite."""
    return {suite: rows for changes in reader.changes() for suite, rows in changes.items()}


def states(rows: tuple[Row, ...]) -> list[str]:
    return [row.texts[0] for row in rows]


def test_everything_is_read_once_then_only_what_changed(tmp_path: Path) -> None:
    old, new = finished_suite(tmp_path), make_suite(tmp_path, 1)
    reader = RunsReader(tmp_path)
    assert set(read(reader)) == {old.path, new.path}
    assert read(reader) == {}
    write(new, Norm.BATCH, finished_events(config(Norm.BATCH)))
    found = read(reader)
    assert set(found) == {new.path}
    assert states(found[new.path]) == ["✓ finished", "· not started", "· not started"]


def test_suites_that_come_and_go_are_told(tmp_path: Path) -> None:
    old = finished_suite(tmp_path)
    reader = RunsReader(tmp_path)
    read(reader)
    new = ended_suite(tmp_path, 1)
    (tmp_path / "notes").mkdir()
    assert {suite: len(rows) for suite, rows in read(reader).items()} == {new.path: 3}
    for file in sorted(old.path.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    assert read(reader) == {old.path: ()}
    old.path.rmdir()
    assert read(reader) == {}


def test_a_worker_that_dies_unrecorded_is_noticed(tmp_path: Path) -> None:
    suite = make_suite(tmp_path, norms=[Norm.BATCH, Norm.GROUP])
    write(suite, Norm.BATCH, [*opening_events(config(Norm.BATCH)), *epoch_events(Norm.BATCH, 1)])
    reader = RunsReader(tmp_path)
    with suite.lock():
        assert states(read(reader)[suite.path]) == ["● training", "· waiting"]
        assert read(reader) == {}
    assert states(read(reader)[suite.path]) == ["✗ lost", "· not started"]


def test_a_suite_that_cannot_be_read_is_told_in_its_row(tmp_path: Path) -> None:
    suite = SuiteFolder(tmp_path / "20260301-090000-tuned")
    suite.path.mkdir()
    (suite.path / "suite.json").write_text("{")
    (row,) = read(RunsReader(tmp_path))[suite.path]
    assert row.texts[0] == "! unreadable"
    assert row.trouble.startswith("20260301-090000-tuned: suite.json: cannot be read")


def test_a_runs_folder_that_is_none_yet_is_empty(tmp_path: Path) -> None:
    reader = RunsReader(tmp_path / "runs")
    assert read(reader) == {}
    suite = finished_suite(tmp_path / "runs")
    assert set(read(reader)) == {suite.path}


def test_a_runs_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(InputError, match="cannot be read"):
        read(RunsReader(tmp_path / "runs"))


def test_many_runs_come_in_batches(tmp_path: Path) -> None:
    for number in range(100):
        make_suite(tmp_path, number)
    batches = [sum(map(len, changes.values())) for changes in RunsReader(tmp_path).changes()]
    assert sum(batches) == 300
    assert len(batches) > 1
