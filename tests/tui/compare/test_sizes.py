from itertools import combinations

import pytest
from textual.widget import Widget

from tests.report.example_runs import example_states
from tests.report.partial_runs import partial_states
from tests.tui.compare.showing import ComparingApp, lines
from tui.compare.panel import Panel

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
