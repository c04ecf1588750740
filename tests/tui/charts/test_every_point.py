"""At 20 epochs and three runs, no test point is hidden by another curve, and none is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config.presets import Norm
from tests.report.example_runs import config, example_states
from tests.tui.charts.stepped_runs import stepped_events, stepped_runs
from tests.tui.compare.showing import ComparingApp
from tests.tui.runs.runs_app import until
from tests.tui.runs.suites_on_disk import make_suite, write
from tests.tui.train.watched import watched
from tui.charts.canvas import Drawing, draw
from tui.charts.chart import Chart
from tui.charts.curve import ChartSpec, Curve
from tui.charts.ink import PLAIN, Ink
from tui.charts.run_curves import Axis, accuracy_chart, loss_chart
from tui.charts.signs import Signs
from tui.charts.strokes import Place
from tui.compare.curve_specs import accuracy_spec, gap_spec, loss_spec
from tui.compare.view import View, named

_SIZES = [(80, 24), (120, 40)]


def _seen(drawing: Drawing) -> dict[Place, tuple[str, Ink]]:
    """Return the sign and ink in each cell of a plot."""
    rows = drawing.grid.rows
    return {
        (column - drawing.left, rows - 1 - row): cell
        for row, line in enumerate(drawing.lines[:rows])
        for column, cell in enumerate((sign, piece.ink) for piece in line for sign in piece.text)
    }


def _hidden(drawing: Drawing, tested: list[Curve]) -> Iterator[tuple[str, float]]:
    """Yield the test points that are not seen: neither their own mark nor that of several is there."""
    seen, places = _seen(drawing), [drawing.grid.places(curve.xs, curve.ys) for curve in tested]
    for curve, own in zip(tested, places, strict=True):
        for x, place in zip(curve.xs, own, strict=True):
            shared = sum(place in others for others in places) > 1
            if seen[place] != (("◉", PLAIN) if shared else (curve.shape.mark, Ink(curve.colour))):
                yield curve.label, x


async def _plots(size: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """Return how large the plots of a comparison are in a terminal of `size`."""
    app = ComparingApp(example_states())
    async with app.run_test(size=size) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        return {str(chart.id): (chart.size.width, chart.size.height) for chart in app.screen.query(Chart)}


def _assert_complete(spec: ChartSpec, size: tuple[int, int]) -> None:
    drawing = draw(spec, *size, Signs())
    assert drawing is not None
    tested = [curve for curve in spec.curves if curve.part.startswith(("test", "training minus"))]
    assert [len(curve.xs) for curve in tested] == [20, 20, 20]
    assert not list(_hidden(drawing, tested))
    columns = [drawing.grid.x_axis.cells(curve.xs, drawing.grid.columns) for curve in tested]
    assert all(len(set(own)) == 20 for own in columns)  # a column for each epoch
    words = "".join(piece.text for line in drawing.lines for piece in line)
    assert all(f" {curve.label} {curve.ys[-1]:.3f}"[:-2] in words for curve in tested)


@pytest.mark.parametrize("size", _SIZES)
async def test_of_a_comparison_every_test_point_is_seen_and_every_end_named(size: tuple[int, int]) -> None:
    view = View(runs=named(example_states()))
    sizes = await _plots(size)
    _assert_complete(accuracy_spec(view), sizes["accuracy"])
    _assert_complete(loss_spec(view), sizes["loss"])
    width, height = sizes["accuracy"]
    _assert_complete(gap_spec(view), (2 * width, height))  # it has the whole width, or more


@pytest.mark.parametrize("size", _SIZES)
async def test_on_the_train_screen_every_test_point_is_seen_and_every_end_named(
    size: tuple[int, int], tmp_path: Path
) -> None:
    suite, runs = make_suite(tmp_path), stepped_runs()
    for norm in Norm:
        write(suite, norm, stepped_events(config(norm), 20))
    async with watched(suite, size=size, alive=False) as (app, pilot):
        plots = {str(plot.id): plot for plot in app.screen.query(Chart)}
        await until(pilot, lambda: all(plot.drawing is not None for plot in plots.values()))
        sizes = {name: (plot.size.width, plot.size.height) for name, plot in plots.items()}
    _assert_complete(accuracy_chart(runs, axis=Axis.EPOCH, smoothing=0.8), sizes["accuracy"])
    _assert_complete(loss_chart(runs, axis=Axis.EPOCH, smoothing=0.8, log_y=False), sizes["loss"])
