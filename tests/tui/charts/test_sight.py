from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from core.results.run_styles import SHAPES
from tui.app.themes import DARK
from tui.charts.canvas import Drawing, draw
from tui.charts.chart import Chart
from tui.charts.curve import ChartSpec, Curve, CurveStyle, Mark
from tui.charts.sight import Sight, Window
from tui.charts.signs import Signs

_XS = tuple(float(epoch) for epoch in range(1, 21))
_TEST = Curve(
    label="batch",
    part="test",
    xs=_XS,
    ys=tuple(80 - 40 / x for x in _XS),
    colour="norm-batch",
    style=CurveStyle.MARKED,
)
_LAYER = replace(
    _TEST, label="layer", ys=tuple(y - 5 for y in _TEST.ys), colour="norm-layer", shape=SHAPES[1]
)
_SPEC = ChartSpec(title="accuracy", x_label="epoch", curves=(_TEST,), percent=True, x_end=20)


def _text(drawing: Drawing | None) -> list[str]:
    assert drawing is not None
    return ["".join(piece.text for piece in line) for line in drawing.lines]


def _drawn(spec: ChartSpec, window: tuple[float, float] | None = None) -> list[str]:
    return _text(draw(spec, 60, 16, Signs(), window))


def test_a_run_under_way_has_its_whole_axis_from_the_start() -> None:
    begun = replace(_SPEC, curves=(replace(_TEST, xs=_XS[:2], ys=_TEST.ys[:2]),))
    assert _drawn(begun)[-1].split() == _drawn(_SPEC)[-1].split() == ["epoch", "0", "10", "20"]


def test_a_window_is_cropped_to_what_it_shows() -> None:
    close = [replace(_TEST, label=f"{end}", ys=(*_TEST.ys[:-1], end)) for end in (79.5, 79.6, 80.3)]
    spec = replace(_SPEC, curves=tuple(close))
    ends: list[int] = []
    for window in (None, (15.0, 20.0)):
        drawing = draw(spec, 60, 24, Signs(), window)
        assert drawing is not None
        ends.append(len({row for curve in close for _, row in drawing.grid.places([20], curve.ys[-1:])}))
    assert ends[0] < ends[1] == 3


def test_what_is_out_of_a_window_is_not_drawn_and_lines_lead_out_of_it() -> None:
    lines = _drawn(_SPEC, (5.0, 10.0))
    assert sum(line.count("●") for line in lines) == 6
    assert any(line.rstrip().endswith(" batch 76.0%") for line in lines)  # the last value that is seen
    between = _drawn(_SPEC, (5.2, 5.8))
    assert not any("●" in line for line in between)
    assert any(0x2800 < ord(sign) < 0x2900 for line in between for sign in line)


def test_training_before_the_first_test_takes_no_room_from_it() -> None:
    training = Curve(label="batch", part="training", xs=(0.1, 0.9, 20), ys=(10, 35, 79), colour="norm-batch")
    rows = _drawn(replace(_SPEC, curves=(training, _TEST)))
    assert not any(line.startswith((" 10%", "  0%", " 20%")) for line in rows)


def test_windows_stay_within_what_there_is() -> None:
    sight = Sight().zoomed(_SPEC, 0.5, 20)
    assert sight == Sight("epoch", (10, 20))
    assert sight.panned(_SPEC, 0.25) == sight
    assert sight.panned(_SPEC, -0.25) == Sight("epoch", (7.5, 17.5))
    assert sight.zoomed(_SPEC, 2, 15) == Sight("epoch")
    assert sight.window_of(replace(_SPEC, x_label="time")) is None
    assert sight.window_of(ChartSpec(title="", x_label="epoch", x_end=5)) is None  # another, shorter suite
    finest = sight
    for _ in range(60):
        finest = finest.zoomed(_SPEC, 0.5, 12)
    assert finest.window is not None
    assert 0 < finest.window[1] - finest.window[0] < 0.1


def test_following_ends_at_the_newest_point() -> None:
    sight = Sight("epoch", (0, 4)).following(_SPEC)
    assert sight.window_of(_SPEC) == (16, 20)
    half = replace(_SPEC, curves=(replace(_TEST, xs=_XS[:8], ys=_TEST.ys[:8]),))
    assert sight.window_of(half) == (4, 8)
    assert Sight().following(half).window_of(half) == (3, 8)
    assert sight.following(half) == Sight("epoch")


class _App(App[None]):
    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield Chart(id="one")
        yield Chart(id="two")
        yield Chart(id="by-time")


@asynccontextmanager
async def _shown() -> AsyncIterator[tuple[list[Chart], Pilot[None]]]:
    app = _App()
    async with app.run_test(size=(60, 40)) as pilot:
        charts = list(app.query(Chart))
        for chart, spec in zip(
            charts, (_SPEC, _SPEC, replace(_SPEC, x_label="time", clock=True)), strict=True
        ):
            chart.show(spec)
        charts[0].focus()
        await pilot.pause()
        yield charts, pilot


def _below(chart: Chart) -> str:
    """Return what is written below a plot."""
    return " ".join(chart.render_line(chart.size.height - 1).text.split())


async def test_keys_look_closer_wider_along_and_at_the_newest_in_all_plots() -> None:
    async with _shown() as ((one, two, by_time), pilot):
        whole, time = _below(one), _below(by_time)
        seen: list[Window | None] = []
        for key in ("c", "c", "comma", "w", "0", "l", "l"):
            await pilot.press(key)
            await pilot.pause()
            assert _below(one) == _below(two)
            assert _below(by_time) == time
            seen.append(one.sight.window_of(_SPEC))
        assert seen == [
            *((10, 20), (15, 20), (13.75, 18.75)),
            *((10, 20), None, (15, 20), None),
        ]
        assert _below(one) == whole
        assert "w" not in pilot.app.screen.active_bindings


@pytest.mark.parametrize(("event", "closer"), [(MouseScrollUp, True), (MouseScrollDown, False)])
async def test_the_wheel_looks_closer_where_the_mouse_is(
    event: type[MouseScrollUp | MouseScrollDown], *, closer: bool
) -> None:
    async with _shown() as ((one, two, _), pilot):
        await pilot.press("home", "c")
        assert one.sight.window == two.sight.window == (0.5, 10.5)
        await pilot._post_mouse_events([event], one, (20, 5), button=0)  # noqa: SLF001 - Textual has no other
        await pilot.pause()
        assert one.sight.window is not None
        low, high = one.sight.window
        assert one.sight == two.sight
        assert (high - low < 10) is closer
        assert low < 4 < high


def _words(chart: Chart) -> str:
    """Return what is written in a plot's lower border."""
    return Content.from_markup(chart.border_subtitle or "").plain


_BOTH = replace(_SPEC, curves=(_TEST, _LAYER))


async def test_one_crosshair_goes_through_all_plots_with_the_same_axis() -> None:
    async with _shown() as ((one, two, by_time), pilot):
        two.show(replace(_BOTH, title="loss", percent=False))
        plain = _words(two), _words(by_time)
        await pilot.press("home", "right")
        assert _words(two) == "epoch 2: batch 60.000 · layer 55.000"
        assert _words(by_time) == plain[1]
        await pilot.hover(two, offset=(two.size.width, 5))
        assert _words(one).startswith("epoch 20: ")
        await pilot.hover(by_time, offset=(0, 0))
        assert _words(one).startswith("epoch 2: ")
        assert _words(two).startswith("epoch 2: ")
        await pilot.press("escape")
        assert _words(two) == plain[0]


async def test_keys_show_one_curve_alone_or_all_but_one_in_all_plots() -> None:
    async with _shown() as ((one, two, by_time), pilot):
        charts = (one, two, by_time)
        for chart in charts:
            chart.show(replace(chart.looked_spec, curves=_BOTH.curves))
        seen: list[tuple[str, ...]] = []
        for key in ("o", "o", "o", "h", "h", "h"):
            await pilot.press(key)
            await pilot.pause()
            text = ["".join(chart.render_line(y).text for y in range(chart.size.height)) for chart in charts]
            shown = {tuple(sign for sign in "●▲" if sign in each) for each in text}
            assert len(shown) == 1
            seen += shown
        assert seen == [("●",), ("▲",), ("●", "▲"), ("▲",), ("●",), ("●", "▲")]


async def test_a_click_on_a_name_hides_it_and_a_double_click_shows_it_alone() -> None:
    async with _shown() as ((one, two, _), pilot):
        for chart in (one, two):
            chart.show(_BOTH)
        await pilot.pause()
        title = Content.from_markup(one.border_title or "").plain
        place = (title.index("layer") + 4, 0)
        await pilot.click(one, offset=place)
        assert one.sight.hidden == two.sight.hidden == {"layer"}
        assert Content.from_markup(one.border_title or "").plain == title
        await pilot.click(one, offset=place)
        assert not two.sight.hidden
        await pilot.click(one, offset=place, times=2)
        assert two.sight.hidden == {"batch"}
        assert one.read_at is None


def test_with_nothing_left_all_is_shown() -> None:
    nothing = Sight(hidden=frozenset({"batch", "layer"}))
    assert nothing.shown(_BOTH) is _BOTH
    assert nothing.toggled(_BOTH, "layer").hidden == {"layer"}


def test_where_a_hidden_run_diverged_is_hidden_too() -> None:
    marks = (Mark(3.5, "norm-batch", "batch"), Mark(7.5, "norm-layer", "layer"))
    diverged = replace(_BOTH, marks=marks)
    assert "".join(_drawn(diverged)).count(Signs().mark) == 2
    shown = Sight(hidden=frozenset({"layer"})).shown(diverged)
    assert shown.marks == marks[:1]
    assert "".join(_drawn(shown)).count(Signs().mark) == 1
