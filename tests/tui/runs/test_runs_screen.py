import shutil
from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import Input, Static

from core.config.presets import Norm
from tests.report.example_runs import config, epoch_events, opening_events
from tests.runs.made_suites import beating
from tests.tui.runs.runs_app import RunsApp, read, until
from tests.tui.runs.suites_on_disk import ended_suite, finished_suite, made_at, make_suite, when, write
from tui.dialogs.choice import ChoiceDialog
from tui.frame.messages import CompareWanted, ExportWanted, OpenWanted, RetryWanted
from tui.runs.run_list import RunList

FIRST, SECOND = (f"{made_at(number):%Y%m%d-%H%M%S}-reference" for number in (0, 1))


@pytest.fixture(scope="module")
def two_suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite that finished, and a newer one whose runs failed, were stopped and lost; not to be changed."""
    runs_dir = tmp_path_factory.mktemp("two")
    finished_suite(runs_dir)
    ended_suite(runs_dir, 1)
    return runs_dir


@pytest.fixture
def runs_dir(two_suites: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(two_suites, tmp_path / "runs"))


def words(lines: list[str]) -> list[tuple[str, str]]:
    """Return the state and the norm of every row."""
    return [
        (row[1], next(word for word in row if word in set(Norm)))
        for line in lines
        if (row := line[3:].split())
    ]


async def test_an_empty_folder_says_what_to_press(tmp_path: Path) -> None:
    app = RunsApp(tmp_path / "none")
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        assert (
            app.sentence == f"There are no runs in {tmp_path / 'none'} yet.\nPress 1 to choose what to train."
        )
        assert app.lines == [""]
        assert app.counts == "0 runs"
        assert app.keys.split() == ["q", "quit", "?", "help"]
        finished_suite(tmp_path / "none")
        await until(pilot, lambda: app.counts.startswith("3 runs"))
        assert not app.sentence
        assert app.cursor.startswith("▸  ✓ finished")


async def test_every_run_is_told_in_a_line(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(170, 24)) as pilot:
        await read(pilot, app)
        head, *rows = app.lines
        assert head.split() == [
            *("state", "when", "↓", "suite", "norm", "preset", "data", "limit", "seed", "lr", "batch"),
            *("epochs", "time", "accuracy", "best", "epoch"),
        ]
        assert [row[3:14].split() for row in rows] == [
            *(["✗", "failed"], ["■", "stopped"], ["✗", "lost"]),
            *([["✓", "finished"]] * 3),
        ]
        figures = ["CIFAR-10", "(JPEG)", "all", "0", "0.01", "128", "20/20", "6:37", "67.84%", "67.84%"]
        assert rows[4].split()[2:] == [*when().split(), FIRST, "layer", "reference", *figures]
        assert app.counts.startswith("6 runs · sorted by when, newest first · best epoch: chosen on")


async def test_keys_move_the_cursor(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        for key, state, norm in (
            ("down", "stopped", "layer"),
            ("end", "finished", "group"),
            ("up", "finished", "layer"),
            ("home", "failed", "batch"),
            ("pagedown", "finished", "group"),
            ("pageup", "failed", "batch"),
        ):
            await pilot.press(key)
            assert words([app.cursor]) == [(state, norm)], key


async def test_enter_opens_the_suite_under_the_cursor(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test() as pilot:
        await read(pilot, app)
        await pilot.press("down", "enter")
        assert app.wanted == [OpenWanted(two_suites / SECOND)]


async def test_marked_runs_are_compared_and_exported(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(120, 24)) as pilot:
        await read(pilot, app)
        assert "compare" not in app.keys
        await pilot.press("e", "space", "end", "space")
        assert words(app.marked) == [("failed", "batch"), ("finished", "group")]
        assert "c compare" in app.keys
        await pilot.press("c", "e")
        both = (two_suites / SECOND / "batch", two_suites / FIRST / "group")
        assert app.wanted == [ExportWanted((two_suites / SECOND,)), CompareWanted(both), ExportWanted(both)]
        assert "2 marked" in app.counts
        await pilot.press("space")
        assert words(app.marked) == [("failed", "batch")]
        await pilot.press("u")
        assert app.marked == []
        await pilot.press("c")
        assert len(app.wanted) == 3


async def test_only_a_run_that_ended_early_is_tried_again(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(120, 24)) as pilot:
        await read(pilot, app)
        assert "r retry" in app.keys
        await pilot.press("r", "end", "r")
        assert app.wanted == [RetryWanted(two_suites / SECOND, "batch")]
        assert "retry" not in app.keys


async def test_the_filter_works_as_it_is_typed(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(120, 24)) as pilot:
        await read(pilot, app)
        await pilot.press("end", "slash", *"finished")
        assert words(app.lines[1:]) == [("finished", "batch"), ("finished", "layer"), ("finished", "group")]
        assert words([app.cursor]) == [("finished", "group")]
        await pilot.press("space", *"lay", "enter")
        assert words(app.lines[1:]) == [("finished", "layer")]
        assert app.counts.startswith("1 of 6 runs")
        assert "sort" not in app.keys
        await pilot.press("escape")
        assert len(app.lines) == 7
        assert words([app.cursor]) == [("finished", "layer")]
        assert not app.screen.query_one(Input).has_focus


async def test_a_filter_that_nothing_has_says_how_to_leave_it(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        await pilot.press("slash", *"dsr1")
        assert app.sentence == "No run has all of these words.\nEscape shows every run again."
        assert app.keys.split() == ["esc", "show", "all", "^q", "quit", "f1", "help"]
        await pilot.press("escape")
        assert not app.sentence
        assert app.wanted == []


async def test_sorting_by_keys_and_by_a_click_on_a_name(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        await pilot.press("s")
        assert "norm ↑" in app.lines[0]
        await pilot.press("S")
        assert "sorted by norm, z to a" in app.counts
        assert words([app.cursor]) == [("failed", "batch")]
        await pilot.click(RunList, offset=(app.lines[0].index("accuracy"), 0))
        assert "accuracy ↓" in app.lines[0]
        assert app.lines[1].endswith("73.51%")
        await pilot.click(RunList, offset=(app.lines[0].index("accuracy"), 0))
        assert app.lines[1].endswith("38.91%")


async def test_clicks_choose_mark_and_open(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        await pilot.click(RunList, offset=(20, 3))
        assert words([app.cursor]) == [("lost", "group")]
        await pilot.click(RunList, offset=(1, 2))
        assert words(app.marked) == [("stopped", "layer")]
        await pilot.click(RunList, offset=(20, 20))
        assert app.wanted == []
        await pilot.click(RunList, offset=(20, 5), times=2)
        assert app.wanted == [OpenWanted(two_suites / FIRST)]


async def test_deleting_asks_first(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))
        assert app.counts.startswith("6 runs")
        assert (runs_dir / SECOND / "batch").exists()
        await pilot.press("space", "end", "space", "slash", *"layer", "enter", "d")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        question = str(app.screen.query_one("#question").render())
        assert question.startswith("Delete 2 runs, 2 of them hidden by the filter, ")
        await pilot.press("y")
        await until(pilot, lambda: app.counts.startswith("2 of 4 runs"))
        assert not (runs_dir / SECOND / "batch").exists()
        assert not (runs_dir / FIRST / "group").exists()
        assert words([app.cursor]) == [("finished", "layer")]


async def test_a_run_that_is_being_trained_is_not_deleted(runs_dir: Path) -> None:
    live = make_suite(runs_dir, 2)
    write(live, Norm.BATCH, opening_events(config(Norm.BATCH)))
    app = RunsApp(runs_dir)
    with live.lock(), beating(live):
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await read(pilot, app)
            assert app.cursor.startswith("▸  ● training")
            await pilot.press("d")
            await until(pilot, lambda: len(app.screen.query("Toast")) == 1)
            told = str(app.screen.query_one("Toast", Static).render())
            assert told == f"{live.path.name} is being trained; stop it before deleting its runs"
            assert live.path.exists()


async def test_what_happens_meanwhile_is_seen_while_the_screen_is_shown_and_after(runs_dir: Path) -> None:
    live = make_suite(runs_dir, 2)
    write(live, Norm.BATCH, opening_events(config(Norm.BATCH)))
    app = RunsApp(runs_dir)
    lock = live.lock()
    lock.acquire()
    async with app.run_test(size=(80, 24)) as pilot:
        with beating(live):
            await read(pilot, app)
            assert words(app.lines[1:2]) == [("training", "batch")]
            await pilot.press("down", "down", "down", "space")
            assert words([app.cursor]) == [("failed", "batch")]
            write(live, Norm.BATCH, epoch_events(Norm.BATCH, 1))
            await until(pilot, lambda: {"1/20", "40.17%"} <= set(app.lines[1].split()))
        lock.release()
        await until(pilot, lambda: app.lines[1][3:].startswith("✗ lost"))
        newer = finished_suite(runs_dir, 3)
        await until(pilot, lambda: app.counts.startswith("12 runs"))
        assert words([app.cursor]) == words(app.marked) == [("failed", "batch")]

        screen = app.screen
        await app.push_screen(Screen())
        shutil.rmtree(newer.path)
        await pilot.pause(0.3)
        assert "12 runs" in str(screen.query_one("#counts").render())
        await app.pop_screen()
        await until(pilot, lambda: app.counts.startswith("9 runs"))


async def test_the_cursor_keeps_its_line_when_newer_runs_come(tmp_path: Path) -> None:
    for number in range(10):
        finished_suite(tmp_path, number)
    app = RunsApp(tmp_path)
    async with app.run_test(size=(80, 20)) as pilot:
        await read(pilot, app)
        await pilot.press("end")
        await until(pilot, lambda: "▸" in "".join(app.lines[-3:]))
        before = app.lines
        finished_suite(tmp_path, 50)
        await until(pilot, lambda: app.counts.startswith("33 runs"))
        assert app.lines == before
        await pilot.press("home")
        assert when(50) in app.lines[1]


async def test_a_suite_that_cannot_be_read_is_neither_opened_nor_in_the_way(runs_dir: Path) -> None:
    broken = make_suite(runs_dir, 2)
    (broken.path / "suite.json").write_text("{")
    app = RunsApp(runs_dir)
    async with app.run_test(size=(100, 24)) as pilot:
        await read(pilot, app)
        assert app.cursor.startswith(f"▸  ! unreadable  {broken.path.name}: suite.json: cannot be read")
        await pilot.press("enter")
        assert app.wanted == []
        assert "open" not in app.keys
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))
        assert broken.path.exists()
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.counts.startswith("6 runs"))
        assert not broken.path.exists()


async def test_any_size_is_drawn(two_suites: Path) -> None:
    app = RunsApp(two_suites)
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, app)
        await pilot.press("slash", *"re", "enter")
        for width, height in ((20, 5), (60, 18), (79, 23), (300, 100), (1, 1), (61, 18), (120, 40)):
            await pilot.resize_terminal(width, height)
            await pilot.press("down", "s")
            assert all(len(line) <= width for line in app.lines)
            if width >= 60:
                assert len(words([app.cursor])) == 1
