"""What the train screen plots beside loss and accuracy, and that another suite is looked at anew."""

from pathlib import Path

from textual.content import Content
from textual.pilot import Pilot

from core.config.presets import Norm
from core.runs.events import Phase, PhaseChanged
from tests.report.example_runs import config, opening_events
from tests.tui.charts.measured_runs import with_measurements
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.runs_app import text_of, until
from tests.tui.runs.suites_on_disk import finished_suite, make_suite, write
from tests.tui.train.watched import shown, watched
from tui.app.dashboard import Dashboard
from tui.charts.chart import Chart
from tui.charts.sight import Sight


def titles(app: Dashboard) -> list[str]:
    """Return what the plots are of, without whose curves there are."""
    plots = app.screen.query(Chart)
    return [Content.from_markup(plot.border_title or "").plain.partition("  ")[0] for plot in plots]


async def shows(app: Dashboard, pilot: Pilot[None], page: list[str]) -> None:
    """Wait until the plots are those of `page`."""
    await until(pilot, lambda: titles(app) == page)


async def test_m_plots_other_quantities_and_shift_m_those_before(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    for norm in (Norm.BATCH, Norm.LAYER):
        write(suite, norm, with_measurements(stepped_events(config(norm), 2)))
    async with watched(suite, alive=False, size=(120, 40)) as (app, pilot):
        pages = [
            ["loss", "accuracy"],
            ["learning rate", "images/s"],
            ["weight norm", "gradient norm"],
            ["batch: weight norm by layer, log", "batch: gradient norm by layer, log"],
            ["load, cores", "memory, GiB"],
        ]
        keys = {"y log y": (True, True, True, True, False), "+ - smooth": (True, False, False, False, False)}
        for number, page in enumerate(pages):
            await shows(app, pilot, page)
            for words, there in keys.items():
                assert (words in shown(app, "#key-bar")) is there[number], (words, page)
            if number == 3:
                assert "10 1.222" in text_of(app)
                await pilot.press("down")
                await until(pilot, lambda: titles(app)[0].startswith("layer: weight norm"))
                await pilot.press("y")
                await until(pilot, lambda: titles(app)[0] == "layer: weight norm by layer")
            await pilot.press("m")
        await shows(app, pilot, pages[0])
        await pilot.press("M")
        await shows(app, pilot, pages[4])


async def test_what_is_plotted_before_there_is_a_point_says_what_it_waits_for(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    loading = [*opening_events(config(Norm.BATCH))[:-1], PhaseChanged(phase=Phase.DATA)]
    write(suite, Norm.BATCH, loading)
    async with watched(suite) as (app, pilot):
        await until(pilot, lambda: text_of(app).count("waits for the first step: loading images") == 2)
        await pilot.press("m")
        await until(pilot, lambda: text_of(app).count("waits for the end of the first epoch:") == 2)


async def test_another_suite_is_looked_at_as_a_whole_with_every_curve(tmp_path: Path) -> None:
    first, second = finished_suite(tmp_path), finished_suite(tmp_path, 1)
    async with watched(first, alive=False) as (app, pilot):
        plot = app.screen.query_one("#accuracy", Chart)
        plot.focus()
        await pilot.press("c", "h", "left")
        await until(pilot, lambda: bool(plot.sight.window and plot.sight.hidden and plot.read_at is not None))
        await pilot.press("3")
        await until(pilot, lambda: app.current_mode == "compare")
        await pilot.press("tab")
        compared = app.screen.query_one("#accuracy", Chart)
        compared.focus()
        await pilot.press("o")
        await until(pilot, lambda: compared.sight.hidden == {"layer", "group"})
        app.open_suite(second.path)
        await until(pilot, lambda: app.current_mode == "train" and second.path.name in text_of(app))
        assert plot.sight == Sight()
        assert plot.read_at is None
        await pilot.press("3")
        await until(pilot, lambda: compared.sight == Sight())
