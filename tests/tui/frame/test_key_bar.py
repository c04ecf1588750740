"""What the line at the foot offers at 80 columns, where not all has room."""

from pathlib import Path

import pytest

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from tests.tui.runs.runs_app import until
from tests.tui.train.watched import half_trained_suite, watched
from tui.app.dashboard import Dashboard
from tui.frame.key_bar import KeyBar
from tui.frame.options import DashboardOptions


def bar(app: Dashboard) -> str:
    return str(app.screen.query_one(KeyBar).render())


async def test_start_offers_its_settings_and_one_entry_for_the_norms(tmp_path: Path) -> None:
    grid = Grid(RunConfig(norm=Norm.BATCH, data="demo"), tuple(Norm))
    app = Dashboard(DashboardOptions(grid=grid, runs_dir=tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "e edit" in bar(app))
        assert bar(app).split("  ") == [
            *("enter train", "b l g a norms", "p preset", "e edit", "r recipe", "q quit", "? help", ""),
        ]
        await pilot.click(KeyBar, offset=(14, 0))
        await until(pilot, lambda: "[ ] batch" in str(app.screen.query_one("#variants").render()))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_train_offers_what_steers_first_then_plots_and_export(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with watched(half_trained_suite(tmp_path / "runs"), size=size) as (app, pilot):
        await until(pilot, lambda: "p pause" in bar(app))
        words = bar(app)
        order = ["p pause", "s stop", "k skip", "f full", "m more", "e export", "q quit", "? help"]
        assert [word for word in order if word in words] == order
        assert sorted(order, key=words.index) == order
