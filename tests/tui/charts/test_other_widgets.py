from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.runs.events import Misclassified
from tests.report.example_runs import example_states
from tests.report.partial_runs import waiting
from tui.app.themes import DARK, LIGHT
from tui.charts.class_bars import ClassBars
from tui.charts.confusion_cells import confusion_of
from tui.charts.heat_map import HeatMap
from tui.charts.picture import LARGE, Picture

_RUNS = label_runs(example_states())
_GROUPS = seed_groups(_RUNS)


class _App(App[None]):
    CSS = "ClassBars, HeatMap { height: 1fr; }"

    def __init__(self, *, colour: bool = True) -> None:
        super().__init__()
        self.no_color = not colour
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield ClassBars()
        yield HeatMap()
        yield Picture()


@asynccontextmanager
async def _shown(*, colour: bool = True) -> AsyncIterator[Pilot[None]]:
    app = _App(colour=colour)
    async with app.run_test(size=(80, 60)) as pilot:
        app.query_one(ClassBars).show(_GROUPS)
        app.query_one(HeatMap).show(confusion_of(_GROUPS[0]))
        app.query_one(Picture).show(_mistake())
        await pilot.pause()
        yield pilot


def _mistake() -> Misclassified:
    found = _RUNS[0].state.misclassified
    assert found is not None
    return found.images[0]


def _strips(pilot: Pilot[None], widget: type[ClassBars | HeatMap]) -> list[Strip]:
    shown = pilot.app.query_one(widget)
    return [shown.render_line(y) for y in range(shown.size.height)]


def _text(pilot: Pilot[None], widget: type[ClassBars | HeatMap]) -> str:
    return "\n".join(strip.text.rstrip() for strip in _strips(pilot, widget)).rstrip()


def _picture(pilot: Pilot[None]) -> list[str]:
    picture = pilot.app.query_one(Picture)
    return [picture.render_line(y).text for y in range(picture.size.height)]


async def test_all_show_what_they_are_given() -> None:
    async with _shown() as pilot:
        assert "79.6%" in _text(pilot, ClassBars)
        assert "796" in _text(pilot, HeatMap)
        assert _picture(pilot) == ["▀" * 16] * 8
        pilot.app.query_one(HeatMap).show(confusion_of(_GROUPS[1]))
        pilot.app.query_one(ClassBars).show(_GROUPS[1:])
        pilot.app.query_one(Picture).show(None)
        await pilot.pause()
        assert "layer, epoch 20" in _text(pilot, HeatMap)
        assert "79.6%" not in _text(pilot, ClassBars).splitlines()[0]
        assert not "".join(_picture(pilot)).strip()


async def test_what_has_nothing_to_show_says_so() -> None:
    async with _App().run_test(size=(80, 60)) as pilot:
        pilot.app.query_one(ClassBars).show(seed_groups(label_runs([waiting()])))
        pilot.app.query_one(HeatMap).show(None, "nothing yet")
        await pilot.pause()
        assert _text(pilot, ClassBars) == "waits for the first epoch's test: not begun yet"
        assert _text(pilot, HeatMap) == "nothing yet"


async def test_all_follow_size_and_theme() -> None:
    async with _shown() as pilot:
        picture = pilot.app.query_one(Picture)
        picture.styles.width, picture.styles.height = LARGE
        await pilot.resize_terminal(40, 30)
        await pilot.pause()
        assert max(map(len, _text(pilot, ClassBars).splitlines())) <= 40
        assert _picture(pilot) == ["▀" * 32] * 16
        before = _strips(pilot, HeatMap)
        pilot.app.theme = LIGHT.name
        await pilot.pause()
        assert _strips(pilot, HeatMap) != before
        for size in ((1, 1), (3, 9), (12, 4), (300, 100)):
            await pilot.resize_terminal(*size)


async def test_without_colour_pictures_are_shades_of_ink() -> None:
    async with _shown(colour=False) as pilot:
        lines = _picture(pilot)
        assert all(line.isascii() for line in lines)
        assert len(set("".join(lines))) > 2
        assert "[796]" in _text(pilot, HeatMap)


async def test_a_broken_image_is_told() -> None:
    async with _shown() as pilot:
        broken = Misclassified(index=0, true_class=0, predicted_class=1, confidence=0.5, png="no")
        pilot.app.query_one(Picture).show(broken)
        await pilot.pause()
        assert _picture(pilot)[0].strip() == "unreadable"
