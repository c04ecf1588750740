from textual.content import Content

from tests.tui.charts.measured_runs import measured_runs
from tests.tui.compare.showing import ComparingApp
from tui.charts.chart import Chart
from tui.compare.chart_panels import CurvesPanel


def titles(app: ComparingApp) -> list[str]:
    """Return what the plots are of, without whose curves there are."""
    plots = app.screen.query_one(CurvesPanel).query(Chart)
    return [Content.from_markup(plot.border_title or "").plain.partition("  ")[0] for plot in plots]


async def test_curves_are_of_what_was_asked_for_and_layers_are_left_to_the_train_screen() -> None:
    app = ComparingApp(list(measured_runs(3)))
    async with app.run_test(size=(120, 24)) as pilot:
        assert "m" not in app.screen.active_bindings  # figures alone have no plot
        await pilot.press("tab")
        pages = [
            ["accuracy", "loss"],
            ["learning rate", "images/s"],
            ["weight norm", "gradient norm"],
            ["load, cores", "memory, GiB"],
        ]
        for page in (*pages, pages[0]):
            await pilot.pause()
            assert titles(app) == page
            assert ("y" in app.screen.active_bindings) is (page is not pages[3])
            await pilot.press("m")
        await pilot.press("M", "M", "y")
        await pilot.pause()
        assert titles(app) == ["load, cores", "memory, GiB"]
        await pilot.press("M", "y")
        await pilot.pause()
        assert titles(app) == ["weight norm, logarithmic", "gradient norm, logarithmic"]
