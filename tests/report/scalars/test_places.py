"""Where an export goes: what is there already stays, until all of the new is there."""

from pathlib import Path

import pytest

from core.errors import InputError
from core.report.scalars import Format, RecordedRun, check_export, export_scalars
from core.report.scalars import export as export_module
from tests.command.programs import everything_in
from tests.report.scalars.scalar_runs import OPENING, epoch_events, written
from tests.runs.made_suites import made_suite


@pytest.fixture
def run(tmp_path: Path) -> RecordedRun:
    return written(tmp_path, (*OPENING, *epoch_events(1)))


def test_an_empty_folder_is_filled_and_a_file_replaced(tmp_path: Path, run: RecordedRun) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file.csv"
    folder.mkdir()
    file.write_text("old", encoding="utf-8")
    export_scalars([run], Format.TENSORBOARD, folder)
    export_scalars([run], Format.CSV, file)
    assert [path.name for path in (folder / "batch").iterdir()] == [
        "events.out.tfevents.1700000000.cifar-tui"
    ]
    assert file.read_text(encoding="utf-8").startswith("run,tag,step,epoch,wall_time,value\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["batch", "file.csv", "folder"]


@pytest.mark.parametrize("to", [Format.TENSORBOARD, Format.CSV])
def test_where_the_disk_fails_half_way_what_was_there_stays(
    tmp_path: Path, run: RecordedRun, to: Format
) -> None:
    out = tmp_path / "out"
    if to.is_folder:
        out.mkdir()
    else:
        out.write_text("old", encoding="utf-8")
    before = everything_in(tmp_path)
    gone = RecordedRun("gone", tmp_path, run.state, 9, ())  # a folder cannot be read: the second run fails
    with pytest.raises(OSError, match="regular file"):
        export_scalars([run, gone], to, out)
    assert everything_in(tmp_path) == before


def test_what_must_not_be_replaced_is_refused_in_a_line(tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "mine").touch()
    file.touch()
    suite = made_suite(tmp_path / "runs")
    refused = {
        (Format.TENSORBOARD, full): "is a folder that is not empty; delete it, or name another",
        (Format.TENSORBOARD, file): "is a file; name a folder that is new or empty",
        (Format.CSV, full): "is a folder; name a file",
        (Format.JSONL, tmp_path / "none" / "a.jsonl"): "there is no folder .*; make it",
        (Format.TENSORBOARD, tmp_path / "none" / "a"): "there is no folder .*; make it",
        (Format.JSONL, suite.run("batch").events): "there is no folder",
        (Format.JSONL, suite.path / "suite.json"): "among runs' own files; name another",
        (Format.TENSORBOARD, suite.path / "tensorboard"): "among runs' own files; name another",
        (Format.CSV, tmp_path / ("a" * 999)): "can't be written .*; name another",
    }
    before = everything_in(tmp_path)
    for (to, out), words in refused.items():
        with pytest.raises(InputError, match=words) as error:
            check_export(to, out)
        assert "\n" not in str(error.value)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("to", [Format.TENSORBOARD, Format.PARQUET])
def test_a_library_that_is_not_there_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: Format
) -> None:
    monkeypatch.setattr(export_module, "find_spec", lambda _library: None)
    with pytest.raises(InputError, match=rf"^--to {to}: needs \w+; install cifar-tui\[{to}\]") as error:
        check_export(to, tmp_path / "out")
    assert "\n" not in str(error.value)
