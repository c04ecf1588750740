"""A suite that is to be trained after the one that trains."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunStopped
from tests.runs.made_suites import at_work, beating
from tests.tui.runs.runs_app import text_of, until
from tests.tui.runs.suites_on_disk import write
from tests.tui.start.test_going_on import stop
from tests.tui.train.watched import half_trained_suite
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions

GRID = Grid(RunConfig(norm=Norm.BATCH, data="demo", epochs=50), (Norm.BATCH, Norm.GROUP))


@asynccontextmanager
async def waiting(live: SuiteFolder, end: ExitStack) -> AsyncIterator[tuple[Dashboard, Pilot[None]]]:
    """Open a dashboard in which a suite waits for the end of `live`, which is in training until `end`."""
    end.enter_context(at_work(live))
    end.enter_context(beating(live))
    app = Dashboard(DashboardOptions(grid=GRID, runs_dir=live.path.parent))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "is training now" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "a  train this after it" in text_of(app))
        await pilot.press("a")
        await until(pilot, lambda: "1 waits: c cancels" in text_of(app))
        yield app, pilot


async def test_it_begins_when_the_other_has_ended_and_the_comparison_stays(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    with ExitStack() as end:
        async with waiting(live, end) as (app, pilot):
            assert list(live.path.parent.iterdir()) == [live.path]  # nothing is made before it begins
            await pilot.press("w")
            await until(pilot, lambda: "whole suite · 1 waits" in text_of(app))
            write(live, Norm.LAYER, [RunStopped(reason="asked to stop")])
            end.close()
            await until(pilot, lambda: app.current_mode == "compare")
            await until(pilot, lambda: app.snapshot is not None and app.snapshot.folder != live)
            assert app.waiting == 0
            assert app.current_mode == "compare"
            assert [run.name for run in app.compared] == ["batch", "layer", "group"]
            assert app.snapshot is not None
            assert app.snapshot.state.config.runs == GRID.runs()
            await pilot.press("2")
            await until(pilot, lambda: app.current_mode == "train")
            await stop(app, pilot)


async def test_it_can_be_cancelled_and_the_same_waits_once(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    with ExitStack() as end:
        async with waiting(live, end) as (app, pilot):
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.is_modal)
            await pilot.press("a")
            await until(pilot, lambda: "these 2 runs of tuned wait already" in text_of(app))
            await pilot.press("c")
            await until(pilot, lambda: "1 waits" not in text_of(app))
            assert app.waiting == 0
            end.close()
            await until(pilot, lambda: "is training now" not in text_of(app))
    assert list(live.path.parent.iterdir()) == [live.path]


async def test_who_quits_is_told_what_is_given_up(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    with ExitStack() as end:
        async with waiting(live, end) as (app, pilot):
            await pilot.press("q")
            await until(
                pilot, lambda: "1 suite waits to be trained: who quits gives that up." in text_of(app)
            )
            await pilot.press("enter")  # what is proposed is to stay
            await until(pilot, lambda: not app.screen.is_modal)
            await pilot.press("w")
            await until(pilot, lambda: app.current_mode == "train")
            await pilot.press("s")
            await until(pilot, lambda: "1 suite waits behind it: that begins when" in text_of(app))
            await pilot.press("escape", "q")
            await until(pilot, lambda: "1 suite waits behind it: who quits gives that up." in text_of(app))
            await pilot.press("l")
            await until(pilot, lambda: app.return_code is not None)
    assert list(live.path.parent.iterdir()) == [live.path]
