from dataclasses import replace
from itertools import combinations

import pytest
from rich.cells import cell_len
from textual.widget import Widget

from core.results.study_verdict import StudyVerdict
from core.runs.run_state import RunState
from tests.report.example_runs import example_states
from tests.report.partial_runs import just_started, partial_states
from tests.tui.compare.showing import ComparingApp, lines
from tui.charts.heat_map import HeatMap
from tui.compare.chart_panels import CurvesPanel
from tui.compare.headline import Headline
from tui.compare.panel import Panel
from tui.compare.panels import PANELS
from tui.compare.tabs import PanelTabs

_SIZES = [
    *((80, 24), (60, 18), (20, 5), (79, 60), (120, 36), (180, 50)),
    *((300, 100), (119, 40), (300, 18), (60, 100), (130, 37), (80, 24)),
]


def _parts(app: ComparingApp) -> list[Widget]:
    screen = app.screen
    fixed = [screen.query_one(name) for name in ("#top-bar", "#headline", "#tabs", "#key-bar")]
    return [*fixed, *(panel for panel in screen.query(Panel) if panel.display)]


async def test_nothing_overlaps_or_leaves_the_screen_at_any_size() -> None:
    app = ComparingApp([*example_states(), *partial_states()])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for size in _SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("tab")
            await pilot.pause()
            assert all(len(line) == size[0] for line in lines(app))
            if size[0] < 60 or size[1] < 18:
                continue
            parts = _parts(app)
            assert all(
                part.region.area and app.screen.region.contains_region(part.region) for part in parts
            ), size
            assert not any(one.region.overlaps(other.region) for one, other in combinations(parts, 2)), size


@pytest.mark.parametrize("size", [(120, 40), (200, 60), (70, 40)])
async def test_the_plots_of_a_panel_share_its_height(size: tuple[int, int]) -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=size) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        accuracy, loss = (app.screen.query_one(name).region for name in ("#accuracy", "#loss"))
        assert app.screen.query_one(CurvesPanel).region.contains_region(accuracy.union(loss))
        assert abs(accuracy.height - loss.height) <= 1


async def test_the_current_panel_hears_keys_again_after_the_screen_was_too_small() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        for size in ((50, 10), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.screen.focused is app.screen.query_one("#accuracy")


async def test_names_of_any_signs_are_drawn() -> None:
    def odd(run: RunState, folder: str) -> RunState:
        assert run.data is not None
        assert run.started is not None
        names = ("[red]x", "猫" * 9, "[/]", "a" * 40, "dog", "", "\t", "truck]", "[b\n", "e\u0301")
        config = replace(run.started.config, data=folder)
        return replace(
            run, data=replace(run.data, classes=names), started=replace(run.started, config=config)
        )

    batch, layer, _ = example_states()
    app = ComparingApp([odd(batch, "/data/[/v2]/x[old]\n猫"), odd(batch, "/b"), layer])
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in PANELS:
            await pilot.press("tab")
            await pilot.pause()
            assert all(cell_len(line) == 80 and line.isprintable() for line in lines(app))
        await pilot.press("shift+tab")
        await pilot.pause()
        assert "mistakes: batch, data /data/[/v2]/x[old]" in "\n".join(lines(app))


async def test_the_best_and_the_broken_are_told_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ComparingApp(example_states())
    app.theme = "light"
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        shown = "\n".join(lines(app))
        assert "★" in shown
        assert "✗ broken" in shown
        assert "[796]" in shown


async def test_the_current_panel_stays_when_the_room_changes() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab", "tab")
        for size in ((120, 40), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "test accuracy by class" in "\n".join(lines(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_confusion_matrix_that_fits_never_has_scrollbars(size: tuple[int, int]) -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=size) as pilot:
        await pilot.press("tab", "tab", "tab")
        await app.screen.run_action("panel(1)")
        heat_map, seen = app.screen.query_one(HeatMap), list[bool]()

        def note(there: bool) -> None:  # noqa: FBT001 - as Textual calls it
            seen.append(there)

        for bar in ("show_vertical_scrollbar", "show_horizontal_scrollbar"):
            app.screen.watch(heat_map, bar, note)
        await pilot.press("n", "n", "n")
        await pilot.pause()
        assert heat_map.size.area
        assert not any(seen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_headline_that_is_written_anew_moves_nothing_below_it(size: tuple[int, int]) -> None:
    short, long = StudyVerdict(lead="Batch leads."), StudyVerdict(lead="Batch leads, and so on. " * 40)
    app = ComparingApp([*example_states(), just_started()])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        headline, tabs = app.screen.query_one(Headline), app.screen.query_one(PanelTabs)
        before = tabs.region.y
        headline.show(short, live=True)
        await pilot.pause()
        assert tabs.region.y == before
        headline.show(long, live=True)
        await pilot.pause()
        highest = tabs.region.y
        assert highest > before
        for live in (True, False):
            headline.show(short, live=live)
            await pilot.pause()
            assert tabs.region.y == highest
        headline.begin()
        headline.show(short, live=False)
        await pilot.pause()
        assert tabs.region.y == 2
