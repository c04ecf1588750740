"""The pane of a run and of what differs, as the user sees it."""

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input

from core.config.presets import Norm
from core.runs.folder import SuiteFolder
from core.runs.notes import read_note, write_note
from tests.tui.runs.runs_app import RunsApp, read, text_of, until
from tests.tui.runs.suites_on_disk import ended_suite, finished_suite, made_at, make_suite
from tui.dialogs.note_dialog import NoteDialog
from tui.runs.detail_sheet import detail_lines, difference_lines
from tui.runs.details import Details, read_details

OLD, NEW = (f"{made_at(number):%Y%m%d-%H%M%S}-reference" for number in (0, 1))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite that finished, and a newer one of seed 7 that waits, and one between whose runs failed."""
    runs_dir = tmp_path_factory.mktemp("details")
    finished_suite(runs_dir)
    ended_suite(runs_dir, 1)
    make_suite(runs_dir, 2, norms=[Norm.BATCH], seed=7)
    return runs_dir


@pytest.fixture
def runs_dir(made: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "runs"))


def drawn(details: Details, width: int) -> str:
    return "\n".join(line.plain for line in detail_lines(details, width))


def test_a_run_is_told_with_all_it_was_made_from(made: Path) -> None:
    text = drawn(read_details(made / OLD / "layer"), 76)
    for words in (
        "finished, 20 of 20 epochs",
        "breaks a limit: 146,008 parameters: over 50,000; 67.84%: under 70%",
        "test accuracy  67.84% after epoch 20",
        "chosen on the test",
        "images, no result",
        "learning rate  0.01 (the preset's)",
        "fingerprint         0123456789ab",
        "instruction set  AVX2",
        "torch            2.11.0",
        "optimizer                sgd",
    ):
        assert words in text, words


@pytest.mark.parametrize("width", [56, 76, 116, 196])
def test_no_line_is_longer_than_the_pane(made: Path, width: int) -> None:
    runs = [read_details(made / suite / norm) for suite in (OLD, NEW) for norm in Norm]
    for line in [*detail_lines(runs[0], width), *difference_lines(runs, width)]:
        assert line.cell_length <= width, line.plain


def test_a_run_that_waits_tells_what_is_planned(made: Path) -> None:
    (waiting,) = (path for path in made.iterdir() if path.name not in {OLD, NEW})
    details = read_details(waiting / "batch")
    assert details.sentences == ("waiting, not started",)
    assert "seed           7" in drawn(details, 76)
    assert "computed on" not in drawn(details, 76)


def test_a_run_that_is_gone_or_cannot_be_read_says_so_in_a_line(made: Path, tmp_path: Path) -> None:
    assert read_details(made / OLD / "none").problem == f"{made / OLD / 'none'}: is no longer there"
    assert "not a suite's folder" in read_details(tmp_path / "none" / "batch").problem


def test_only_what_differs_is_set_side_by_side(made: Path) -> None:
    runs = [read_details(made / OLD / "batch"), read_details(made / OLD / "group")]
    lines = [line.plain.split() for line in difference_lines(runs, 76)]
    assert lines == [
        ["run", "batch", "group"],
        ["test", "accuracy", "73.51%", "70.62%"],
        ["norm", "batch", "group"],
    ]
    same = [line.plain for line in difference_lines([runs[0], runs[0]], 76)]
    assert same[-1] == "no setting, image or version differs"


def test_runs_for_which_there_is_no_room_are_counted(made: Path) -> None:
    lines = difference_lines([read_details(made / OLD / "batch")] * 20, 76)
    assert lines[-1].plain.startswith("… and ")


async def test_the_run_under_the_cursor_has_a_pane_where_there_is_room(made: Path) -> None:
    app = RunsApp(made)
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        await until(pilot, lambda: "waiting, not started" in text_of(app))
        await pilot.press("down")
        await until(pilot, lambda: "failed after 1 of 20 epochs: loss is nan" in text_of(app))
        assert f"batch · {NEW}" in text_of(app)
        await pilot.press("space", "end", "space")
        await until(pilot, lambda: "what differs between 2 marked runs" in text_of(app))
        await until(pilot, lambda: "suite          " in text_of(app))
        assert "▸◆ ✓ finished" in text_of(app)


async def test_where_there_is_none_a_key_gives_it_the_screen(made: Path) -> None:
    app = RunsApp(made)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        assert "settings" not in text_of(app)
        assert "i details" in app.keys
        await pilot.press("end", "i")
        await until(pilot, lambda: "finished, 20 of 20 epochs" in text_of(app))
        assert f"group · {OLD}" in text_of(app)
        assert "esc list" in app.keys
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: "crop padding" in text_of(app))
        await pilot.press("up")
        await until(pilot, lambda: f"layer · {OLD}" in text_of(app) and "breaks a limit" in text_of(app))
        await pilot.press("escape", "up")
        assert "✓ finished" in app.cursor
        assert "batch" in app.cursor


async def test_a_note_is_written_told_and_taken_away(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    folder = SuiteFolder(runs_dir / OLD).run("group")
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        await pilot.press("end", "n")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        assert "A note on" in text_of(app)
        await pilot.press(*"lower rate", "enter")
        await until(pilot, lambda: "note: lower rate" in text_of(app))
        assert read_note(folder) == "lower rate"
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        assert app.screen.query_one(Input).value == "lower rate"
        await pilot.press("ctrl+u")
        await until(pilot, lambda: "takes the note away" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "no note yet" in text_of(app))
        assert not folder.note.exists()


async def test_a_note_that_cannot_be_kept_is_refused_in_words(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    note = SuiteFolder(runs_dir / OLD).run("group").note
    note.symlink_to(runs_dir / "elsewhere")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await read(pilot, app)
        await pilot.press("n")
        assert not isinstance(app.screen, NoteDialog)  # of a run that has not begun
        await pilot.press("end", "n")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        await pilot.press("a", "enter")
        await until(pilot, lambda: "followed" in text_of(app))
    assert note.is_symlink()


async def test_what_another_terminal_notes_is_seen(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    async with app.run_test(size=(120, 40)) as pilot:
        await read(pilot, app)
        await pilot.press("end")
        await until(pilot, lambda: "no note yet" in text_of(app))
        write_note(SuiteFolder(runs_dir / OLD).run("group"), "from another terminal")
        await until(pilot, lambda: "note: from another terminal" in text_of(app))
