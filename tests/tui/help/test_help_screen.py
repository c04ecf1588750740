from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.runs.runs_app import RunsApp, read
from tests.tui.runs.suites_on_disk import finished_suite
from tui.frame.action import Place
from tui.frame.actions import actions
from tui.help.screen import HelpScreen
from tui.help.sentences import ABOUT, groups


@pytest.fixture(scope="module")
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    finished_suite(folder)
    return folder


async def opened(pilot: Pilot[None], app: RunsApp) -> str:
    """Open the help on the runs screen; return its text."""
    await read(pilot, app)
    app.push_screen(HelpScreen(list(app.screen.active_bindings.values())))
    await pilot.pause()
    await pilot.pause()
    return str(app.screen.query_one("#help-text", Static).render())


async def test_every_key_of_the_screen_and_of_everywhere_is_explained(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    async with app.run_test(size=(120, 50)) as pilot:
        text = await opened(pilot, app)
        for place in (Place.RUNS, Place.EVERYWHERE):
            assert f"\n{place}\n" in text
            for action in actions(place):
                assert f" {' '.join(action.key_words)} {action.help} " in " ".join(text.split())
        assert ABOUT[Place.RUNS].split(".", maxsplit=1)[0] in text.replace("\n", " ")
        assert f"\n{Place.TRAIN}\n" not in text


async def test_long_sentences_are_wrapped_below_their_beginning(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    async with app.run_test(size=(60, 18)) as pilot:
        lines = (await opened(pilot, app)).split("\n")
        room = app.screen.query_one("#help-text").content_size.width
        assert max(map(len, lines)) <= room
        at = next(number for number, line in enumerate(lines) if "Go on with the run" in line)
        assert lines[at + 1].startswith(" " * lines[at].index("Go"))


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "f1"])
async def test_it_closes_again(key: str, runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press(key)
        assert not isinstance(app.screen, HelpScreen)


async def test_it_scrolls_to_its_end_and_fits_any_window(runs_dir: Path) -> None:
    app = RunsApp(runs_dir)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        frame = app.screen.query_one("#help")
        assert frame.max_scroll_y > 0
        await pilot.press("end")
        assert frame.scroll_offset.y == frame.max_scroll_y
        for size in ((20, 5), (1, 1), (300, 100), (60, 18)):
            await pilot.resize_terminal(*size)
            await pilot.pause()


def test_what_does_nothing_now_is_known() -> None:
    (runs, everywhere) = groups(Place.RUNS, {"runs.sort", "everywhere.leave"})
    assert [action.name for action in runs.works] == ["sort"]
    assert [action.name for action in everywhere.works] == ["leave"]
    assert len(runs.actions) > 1


def test_a_focused_plot_is_explained_first() -> None:
    found = groups(Place.TRAIN, {"chart.readout_left"})
    assert [group.place for group in found] == [Place.CHART, Place.TRAIN, Place.EVERYWHERE]


@pytest.mark.parametrize("place", [Place.TRAIN, Place.COMPARE])
def test_plots_are_explained_where_there_are_some(place: Place) -> None:
    assert [group.place for group in groups(place, ())] == [place, Place.CHART, Place.EVERYWHERE]


@pytest.mark.parametrize("place", [place for place in Place if place is not Place.EVERYWHERE])
def test_every_place_is_described(place: Place) -> None:
    assert ABOUT[place].endswith(".")
