import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Button

from tui.app.themes import DARK, LIGHT
from tui.charts.chart import Chart
from tui.charts.curve import ChartSpec, Curve, CurveStyle

_XS = (0.0, 1.0, 2.0, 3.0)
_LINE = Curve(label="batch", part="training", xs=_XS, ys=(2.0, 1.5, 1.25, 1.0), colour="norm-batch")
_TEST = Curve(
    label="batch", part="test", xs=(1, 2), ys=(1.75, 1.5), colour="norm-batch", style=CurveStyle.MARKED
)
_SPEC = ChartSpec(title="loss", x_label="epoch", curves=(_LINE, _TEST))


class _App(App[None]):
    def __init__(self, *, colour: bool = True, ascii_only: bool = False) -> None:
        super().__init__()
        self.no_color = not colour
        self.ascii_only = ascii_only
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield Chart()
        yield Button()


@asynccontextmanager
async def _shown(app: App[None] | None = None) -> AsyncIterator[tuple[Chart, Pilot[None]]]:
    app = app or _App()
    async with app.run_test(size=(60, 20)) as pilot:
        chart = app.query_one(Chart)
        chart.show(_SPEC)
        chart.focus()
        await pilot.pause()
        yield chart, pilot


def _lines(chart: Chart) -> list[str]:
    return [chart.render_line(y).text for y in range(chart.size.height)]


def _above(chart: Chart) -> str:
    return Content.from_markup(chart.border_title or "").plain


def _below(chart: Chart) -> str:
    return Content.from_markup(chart.border_subtitle or "").plain


async def test_a_plot_stands_between_its_legend_and_its_key() -> None:
    async with _shown() as (chart, _):
        assert _above(chart) == "loss  ━● batch"
        assert _below(chart) == "━● test  ─ training"
        assert [line for line in _lines(chart) if "●" in line]


async def test_the_arrow_keys_read_point_by_point() -> None:
    async with _shown() as (chart, pilot):
        read = []
        for key in ("left", "left", "home", "left", "right", "end", "right", "escape"):
            await pilot.press(key)
            read.append(_below(chart))
        assert [words.partition(":")[0] for words in read] == [
            *("epoch 3", "epoch 2", "epoch 0", "epoch 0"),
            *("epoch 1", "epoch 3", "epoch 3", "━● test  ─ training"),
        ]
        assert read[1] == "epoch 2: batch 1.500 (training 1.250)"


async def test_the_cursor_is_drawn_until_the_focus_goes() -> None:
    async with _shown() as (chart, pilot):
        plain = _lines(chart)
        await pilot.press("home", "right")
        assert _lines(chart) != plain
        await pilot.press("tab")
        assert _lines(chart) == plain
        assert _below(chart) == "━● test  ─ training"


async def test_escape_is_left_to_the_screen_when_nothing_is_read() -> None:
    async with _shown() as (chart, pilot):
        assert "escape" not in pilot.app.screen.active_bindings
        await pilot.press("left")
        assert pilot.app.screen.active_bindings["escape"].node is chart
        chart.show(ChartSpec(title="loss", x_label="time"))
        await pilot.pause()
        assert not {"left", "escape"} & {
            key for key, active in pilot.app.screen.active_bindings.items() if active.node is chart
        }


async def test_the_mouse_reads_while_it_is_there_and_a_click_stays() -> None:
    async with _shown() as (chart, pilot):
        await pilot.hover(Chart, offset=(chart.size.width, 5))
        assert _below(chart).startswith("epoch 3: ")
        await pilot.click(Chart, offset=(8, 5))
        assert _below(chart).startswith("epoch 0: ")
        await pilot.hover(Button)
        assert _below(chart).startswith("epoch 0: ")


async def test_an_equal_plot_is_not_drawn_again() -> None:
    async with _shown() as (chart, pilot):
        line = chart.render_line(3)
        chart.show(replace(_SPEC))
        await pilot.pause()
        assert chart.render_line(3) is line
        chart.show(replace(_SPEC, curves=(_LINE,)))
        await pilot.pause()
        assert chart.render_line(3) is not line
        assert _above(chart) == "loss  ─ batch"


async def test_another_theme_has_other_colours() -> None:
    async with _shown() as (chart, pilot):
        before = {segment.style for y in range(chart.size.height) for segment in chart.render_line(y)}
        pilot.app.theme = LIGHT.name
        await pilot.pause()
        after = {segment.style for y in range(chart.size.height) for segment in chart.render_line(y)}
        assert not before & after


async def test_without_points_a_sentence_says_so() -> None:
    async with _shown() as (chart, pilot):
        chart.show(ChartSpec(title="accuracy", x_label="epoch", empty="no step yet"))
        await pilot.pause()
        assert [line.strip() for line in _lines(chart) if line.strip()] == ["no step yet"]
        assert _above(chart) == "accuracy"
        chart.show(ChartSpec(title="accuracy", x_label="epoch", empty=" ".join(["a long sentence"] * 8)))
        await pilot.pause()
        said = [line.strip() for line in _lines(chart) if line.strip()]
        assert len(said) > 1
        assert " ".join(said) == " ".join(["a long sentence"] * 8)


async def test_no_size_is_too_small_or_too_large() -> None:
    async with _shown() as (chart, pilot):
        await pilot.press("left")
        for size in [*((n, n) for n in range(1, 12)), (24, 5), (22, 11), (300, 100), (60, 7), (5, 60)]:
            await pilot.resize_terminal(*size)
            assert all(len(line) == chart.size.width for line in _lines(chart))


async def test_in_little_room_the_newest_values_stand_in_one_line() -> None:
    async with _shown() as (chart, pilot):
        await pilot.resize_terminal(60, 8)
        await pilot.pause()
        assert _lines(chart)[0].strip() == "batch 1.500 (training 1.000)"
        assert not "".join(_lines(chart)[1:]).strip()


@pytest.mark.parametrize("app", [_App(ascii_only=True), _App(colour=False, ascii_only=True)])
async def test_without_utf_8_everything_is_ascii(app: _App) -> None:
    async with _shown(app) as (chart, pilot):
        await pilot.press("left")
        assert all(line.isascii() for line in [*_lines(chart), _above(chart), _below(chart)])
        assert _above(chart) == "loss  *o batch"


def test_plotext_is_imported_by_the_first_plot_that_is_seen() -> None:
    program = """
import asyncio, sys
from textual.app import App
from tui.charts.chart import Chart
from tests.tui.charts.test_chart import _SPEC

class Hidden(App):
    def compose(self):
        yield Chart()

    def on_mount(self):
        self.query_one(Chart).display = False

async def main():
    async with Hidden().run_test() as pilot:
        chart = pilot.app.query_one(Chart)
        chart.show(_SPEC)
        await pilot.pause()
        print("plotext" in sys.modules)
        chart.display = True
        await pilot.pause()
        print("plotext" in sys.modules)

asyncio.run(main())
"""
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "True"]
