from functools import cache

import pytest
from rich.cells import cell_len

from core.config.presets import Norm
from core.runs.run_state import RunState
from tests.report.many_classes import class_names, state_of
from tests.tui.compare.showing import ComparingApp, lines, text
from tui.charts.class_bars import ClassBars
from tui.charts.heat_map import HeatMap
from tui.compare.panels import PANELS

_TITLES = [kind.title for kind in PANELS]
_CLASSES, _CONFUSION, _MISTAKES = map(_TITLES.index, ("Classes", "Confusion", "Mistakes"))
_MANY = 1_000  # of which one run has to do: it takes half a second to make


@cache
def _states(classes: int, letters: int, script: str) -> tuple[RunState, ...]:
    names = class_names(classes, letters, script)
    return tuple(state_of(names, norm) for norm in (Norm.BATCH, Norm.LAYER)[: 2 if classes < _MANY else 1])


@pytest.mark.parametrize(("classes", "script"), [(2, "Japanese"), (37, "joined emoji"), (37, "Arabic")])
async def test_the_panels_on_classes_keep_their_columns_whatever_the_names(classes: int, script: str) -> None:
    app = ComparingApp(_states(classes, 40, script))
    async with app.run_test(size=(80, 24)) as pilot:
        for at in (_CLASSES, _CONFUSION, _MISTAKES):
            await app.comparison.action_show_panel(at)
            await pilot.pause()
            shown = lines(app)
            assert all(cell_len(line) == 80 for line in shown)
            assert "".join(shown).replace("\N{ZERO WIDTH JOINER}", "").isprintable()
            assert all(line[-1] in "│╮╯ " for line in shown[5:-1])


@pytest.mark.parametrize(("classes", "size", "shown"), [(37, (80, 24), 9), (1_000, (120, 40), 7)])
async def test_of_many_classes_the_most_confused_are_shown_until_all_are_asked_for(
    classes: int, size: tuple[int, int], shown: int
) -> None:
    app = ComparingApp(_states(classes, 20, "Latin"))
    async with app.run_test(size=size) as pilot:
        await app.comparison.action_show_panel(_CONFUSION)
        await pilot.pause()
        heat_map = app.screen.query_one(HeatMap)
        assert f"the {shown} most confused of {classes:,} classes" in text(app)
        assert "most confused of" in text(app)
        assert "a all classes" in text(app)
        assert heat_map.max_scroll_x == heat_map.max_scroll_y == 0
        await pilot.press("a")
        await pilot.pause()
        heat_map.scroll_to(heat_map.max_scroll_x, heat_map.max_scroll_y, animate=False)
        await pilot.pause()
        drawn = [heat_map.render_line(y).text for y in range(heat_map.scrollable_content_region.height)]
        assert drawn[1].split()[-1] == str(classes - 1)  # heads of columns stay, and are their numbers
        assert drawn[-1].split()[0] == str(classes - 1)  # as do the names of rows
        assert int(drawn[-1].split()[-1].strip("-") or 0) == _right(classes)


def _right(classes: int) -> int:
    """Return how many images of the last class the first run has right."""
    return _states(classes, 20, "Latin")[0].tests[-1].confusion[-1][-1]


async def test_of_ten_classes_there_is_nothing_more_to_ask_for() -> None:
    app = ComparingApp(_states(10, 8, "Latin"))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.comparison.action_show_panel(_CONFUSION)
        await pilot.pause()
        assert "all classes" not in text(app)
        assert not app.comparison.check_action("toggle_classes", ())


async def test_of_many_classes_the_least_known_come_first_and_the_heads_stay() -> None:
    app = ComparingApp(_states(1_000, 20, "Latin"))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.comparison.action_show_panel(_CLASSES)
        await pilot.pause()
        assert "test accuracy by class, least known first" in text(app)
        assert "1,000 classes" in text(app)
        bars = app.screen.query_one(ClassBars)
        before = [bars.render_line(y).text for y in range(2)]
        bars.scroll_to(0, bars.max_scroll_y, animate=False)
        await pilot.pause()
        after = [bars.render_line(y).text for y in range(bars.size.height)]
        assert after[0] == before[0]
        assert [float(line.split()[1].rstrip("%")) for line in (before[1], after[-1])] == [40.0, 100.0]
