import os
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.notes import MOST_CHARACTERS, note_of, read_note, write_note
from core.runs.suite_state import states_in
from tests.report.example_runs import config, finished_events
from tests.tui.runs.suites_on_disk import finished_suite, make_suite, write
from tests.untouched import untouched


@pytest.fixture
def suite(tmp_path: Path) -> SuiteFolder:
    return finished_suite(tmp_path / "runs")


def test_a_note_is_kept_changed_and_taken_away(suite: SuiteFolder) -> None:
    folder = suite.run("batch")
    assert read_note(folder) == ""
    write_note(folder, "  try a lower rate \n next time  ")
    assert read_note(folder) == "try a lower rate next time"
    write_note(folder, "Größe 猫")
    assert [state.note for state in states_in(suite.path)] == ["Größe 猫", "", ""]
    assert [state.note for state in states_in(folder.path)] == ["Größe 猫"]
    write_note(folder, " ")
    write_note(folder, "")
    assert not folder.note.exists()
    assert {path.name for path in folder.path.iterdir()} == {"events.jsonl"}


def test_a_note_outlives_that_the_run_is_trained_again(suite: SuiteFolder) -> None:
    write_note(suite.run("batch"), "mine")
    write(suite, Norm.BATCH, finished_events(config(Norm.BATCH)))
    assert states_in(suite.path)[0].note == "mine"


def test_a_note_that_is_too_long_leaves_the_one_before(suite: SuiteFolder) -> None:
    folder = suite.run("batch")
    write_note(folder, "é" * MOST_CHARACTERS)
    with pytest.raises(InputError, match="at most 500 characters, and this has 501"):
        write_note(folder, "a" * (MOST_CHARACTERS + 1))
    assert read_note(folder) == "é" * MOST_CHARACTERS


def test_what_steers_a_terminal_is_made_harmless_in_both_directions(suite: SuiteFolder) -> None:
    folder = suite.run("batch")
    write_note(folder, "red \x1b[31m\u202e")
    assert folder.note.read_text() == "red \ufffd[31m\ufffd\n"
    folder.note.write_bytes(b"two\nlines \x1b[2J \xff\n")
    assert read_note(folder) == "two lines \ufffd[2J \ufffd"


def test_a_run_without_a_folder_has_no_note(tmp_path: Path) -> None:
    waiting = make_suite(tmp_path / "runs").run("batch")
    assert read_note(waiting) == ""
    with pytest.raises(InputError, match="batch: has not started; a note can be kept once it has"):
        write_note(waiting, "mine")
    assert not waiting.path.exists()


def _refused(folder: RunFolder, reason: str) -> None:
    assert note_of(folder) == ""
    for text in ("mine", ""):
        with pytest.raises(InputError, match=reason):
            write_note(folder, text)


def test_no_note_is_read_or_written_through_a_link(suite: SuiteFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("theirs\n")
    folder = suite.run("batch")
    folder.note.symlink_to(outside)
    _refused(folder, "it is a link")
    assert (outside.read_text(), folder.note.is_symlink()) == ("theirs\n", True)


@pytest.mark.parametrize("kind", ["pipe", "folder", "large file"])
def test_what_is_no_note_of_ours_stays(suite: SuiteFolder, kind: str) -> None:
    folder = suite.run("batch")
    if kind == "pipe":
        os.mkfifo(folder.note)
    elif kind == "folder":
        folder.note.mkdir()
    else:
        folder.note.write_text("a" * 10_000)
    before = untouched(folder.note)
    _refused(folder, "larger than any of ours" if kind == "large file" else "no regular file")
    assert untouched(folder.note) == before


def test_a_note_is_not_written_into_a_linked_folder(suite: SuiteFolder, tmp_path: Path) -> None:
    elsewhere = suite.run("batch").path.rename(tmp_path / "elsewhere")
    suite.run("batch").path.symlink_to(elsewhere)
    with pytest.raises(InputError, match="its folder is a link"):
        write_note(suite.run("batch"), "mine")
    assert not (elsewhere / "note.txt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives a folder to another user")
def test_no_note_is_written_into_a_folder_of_another_user(suite: SuiteFolder) -> None:
    folder = suite.run("batch")
    write_note(folder, "before")
    for path in (folder.path, *folder.path.iterdir()):
        os.chown(path, 65_534, 65_534)
    for text in ("mine", ""):
        with pytest.raises(InputError, match="another user"):
            write_note(folder, text)
    assert read_note(folder) == "before"
