"""Where a report goes: what is there already stays what it is, but for its content."""

import os
import stat
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.report import check_export_path, export_report
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state
from tests.untouched import untouched


def _run() -> RunState:
    return state(finished_events(config(Norm.BATCH), epochs=2))


@pytest.mark.parametrize("there", [True, False])
def test_a_report_is_written_through_a_link_with_its_pictures_beside_it(
    tmp_path: Path, *, there: bool
) -> None:
    (tmp_path / "kept").mkdir()
    target = tmp_path / "kept" / "mine.md"
    if there:
        target.write_text("old", encoding="utf-8")
    link = tmp_path / "report.md"
    link.symlink_to("kept/mine.md")
    export_report([_run()], link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("# ")
    assert "mine_files/" in target.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "report.md"]
    assert sorted(path.name for path in target.parent.iterdir()) == ["mine.md", "mine_files"]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "report.json"
    target.touch()
    target.chmod(mode)
    export_report([_run()], target)
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert target.stat().st_size > 1000


def _read_only(path: Path) -> None:
    path.write_text("mine", encoding="utf-8")
    path.chmod(0o444)


def _link_to_nothing_there(path: Path) -> None:
    path.symlink_to("no folder/report.md")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_read_only, "is read-only"),
        (os.mkfifo, "is a pipe or a device"),
        (lambda path: path.symlink_to("/dev/null"), "is a pipe or a device"),
        (lambda path: path.symlink_to(path.name), "leads back to itself"),
        (lambda path: path.symlink_to(path.parent), "is a folder"),
        (_link_to_nothing_there, "there is no folder .*no folder; make it"),
    ],
)
def test_what_cannot_be_a_report_is_refused_and_left_alone(
    make: "object", words: str, tmp_path: Path
) -> None:
    target = tmp_path / "report.md"
    assert callable(make)
    make(target)
    before = untouched(target)
    for attempt in (check_export_path, lambda path: export_report([_run()], path)):
        with pytest.raises(InputError, match=words):
            attempt(target)
    assert untouched(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


@pytest.mark.skipif(sys.platform == "darwin", reason="Apple's file systems take no such name")
def test_pictures_are_found_beside_a_report_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    target = tmp_path / os.fsdecode(b"r\xe9p (1).md")
    export_report([_run()], target)
    folder = tmp_path / os.fsdecode(b"r\xe9p (1)_files")
    linked = [part.partition(")")[0] for part in target.read_text(encoding="utf-8").split("](")[1:]]
    pictures = {os.fsdecode(unquote_to_bytes(link)) for link in linked if link.endswith(".png")}
    assert pictures == {f"{folder.name}/{picture.name}" for picture in folder.iterdir()}
