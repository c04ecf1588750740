"""What is asked where the chosen runs were begun before, and what the answers do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.commands import Command
from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunFinished, RunLost, RunStarted
from core.runs.suite_state import SuiteReader
from tests.report.example_runs import finished_events
from tests.runs.made_suites import write
from tests.tui.runs.runs_app import text_of, until
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions

GRID = Grid(
    RunConfig(norm=Norm.BATCH, data="demo", epochs=1, limit_train=64, limit_test=50),
    (Norm.BATCH, Norm.GROUP),
    seeds=(0, 1),
)


def begun_suite(runs_dir: Path, finished: int) -> SuiteFolder:
    """Make a suite of the grid's runs of which the first `finished` have finished and the next was lost."""
    suite = SuiteConfig(GRID.runs(), "cifar-tui")
    folder = create_suite(runs_dir, suite, datetime(2026, 1, 1, tzinfo=UTC))
    for at, (name, config) in enumerate(zip(suite.names, suite.runs, strict=True)):
        started, *rest = finished_events(config, epochs=1)
        assert isinstance(started, RunStarted)
        events = [replace(started, run=name, recipe=config.recipe), *rest]
        if at < finished:
            write(folder, name, *events)
        elif at == finished:
            write(folder, name, *events[:-1], RunLost(exit_code=-9, stderr_tail=""))
    return folder


def suites_in(runs_dir: Path) -> list[Path]:
    return list(runs_dir.iterdir())


@asynccontextmanager
async def started(runs_dir: Path, *, fresh: bool = False) -> AsyncIterator[tuple[Dashboard, Pilot[None]]]:
    """Open the start screen on the grid."""
    app = Dashboard(DashboardOptions(grid=GRID, runs_dir=runs_dir, fresh=fresh))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "4 runs: 2 norms × 2 seeds" in text_of(app))
        yield app, pilot


async def stop(app: Dashboard, pilot: Pilot[None]) -> None:
    """End the suite that is open."""
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.alive)
    assert app.snapshot is not None
    app.suites.ask(app.snapshot.folder.path, Command.STOP_NOW)
    await until(pilot, lambda: app.snapshot is not None and not app.snapshot.alive)


async def test_going_on_trains_what_is_left(tmp_path: Path) -> None:
    suite = begun_suite(tmp_path, finished=2)
    kept = {name: suite.run(name).events.read_bytes() for name in suite.config().names[:2]}
    async with started(tmp_path) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: f"{suite.path.name} has finished 2 of these 4 runs" in text_of(app))
        await pilot.press("g")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.folder.path == suite.path)
        await until(pilot, lambda: app.snapshot is not None and not app.snapshot.alive)
    assert {name: suite.run(name).events.read_bytes() for name in kept} == kept
    for name in suite.config().names[2:]:
        assert isinstance(read_events(suite.run(name).events)[-1].event, RunFinished)
    assert suites_in(tmp_path) == [suite.path]


async def test_of_finished_runs_the_comparison_is_offered(tmp_path: Path) -> None:
    suite = begun_suite(tmp_path, finished=4)
    async with started(tmp_path) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: f"{suite.path.name} has trained these 4 runs already" in text_of(app))
        await pilot.press("s")
        await until(pilot, lambda: app.current_mode == "compare")
        assert [run.name for run in app.compared] == list(suite.config().names)


async def test_training_anew_makes_another_suite(tmp_path: Path) -> None:
    suite = begun_suite(tmp_path, finished=4)
    before = SuiteReader(suite).poll()
    async with started(tmp_path) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("t")
        await stop(app, pilot)
        assert app.snapshot is not None
        assert app.snapshot.folder.path != suite.path
        assert app.snapshot.state.config.runs == GRID.runs()
    assert SuiteReader(suite).poll() == before


async def test_where_all_is_to_be_fresh_nobody_asks(tmp_path: Path) -> None:
    begun_suite(tmp_path, finished=4)
    async with started(tmp_path, fresh=True) as (app, pilot):
        await pilot.press("enter")
        await stop(app, pilot)
    assert len(suites_in(tmp_path)) == 2


async def test_of_runs_in_training_their_own_suite_is_offered(tmp_path: Path) -> None:
    suite = begun_suite(tmp_path, finished=1)
    with suite.lock():
        async with started(tmp_path) as (app, pilot):
            await pilot.press("enter")
            await until(pilot, lambda: f"{suite.path.name} is training already" in text_of(app))
            await pilot.press("w")
            await until(pilot, lambda: app.current_mode == "train")
            assert app.snapshot is not None
            assert app.snapshot.folder.path == suite.path
    assert suites_in(tmp_path) == [suite.path]
