from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from textual.content import Content

from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.event_log import EventWriter
from core.runs.folder import create_suite
from tests.report.example_runs import config
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.runs_app import until
from tests.tui.runs.suites_on_disk import finished_suite
from tests.tui.train.watched import watched
from tui.charts.chart import Chart
from tui.charts.curve import ChartSpec, CurveStyle


async def test_seeds_are_one_curve_and_i_draws_each(tmp_path: Path) -> None:
    runs = tuple(config(Norm.BATCH, seed) for seed in range(3))
    suite = create_suite(tmp_path, SuiteConfig(runs, "cifar-tui"), datetime(2026, 1, 2, tzinfo=UTC))
    for name, run in zip(suite.config().names, runs, strict=True):
        with EventWriter(suite.run(name).events) as log:
            for event in stepped_events(run, 2):
                log.write(event)
    async with watched(suite, alive=False) as (app, pilot):
        chart = app.screen.query_one("#loss", Chart)
        await until(pilot, lambda: "batch (3)" in Content.from_markup(chart.border_title or "").plain)
        shown: list[ChartSpec] = []
        chart.show = shown.append  # type: ignore[method-assign, assignment]
        await pilot.press("i")  # the plots may be drawn for another reason besides
        await until(pilot, lambda: _faint_curves(shown[-1:]) == 3)
        await pilot.press("i")
        await until(pilot, lambda: _faint_curves(shown[-1:]) == 0)


def _faint_curves(specs: Sequence[ChartSpec]) -> int:
    return sum(curve.style is CurveStyle.FAINT for spec in specs for curve in spec.curves)


async def test_without_seeds_the_key_does_nothing(tmp_path: Path) -> None:
    async with watched(finished_suite(tmp_path), alive=False) as (app, _):
        assert "i" not in app.screen.active_bindings
