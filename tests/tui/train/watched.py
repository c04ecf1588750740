"""A dashboard on a suite that "trains": this process holds the lock and writes the events."""

import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.folder import SuiteFolder
from core.runs.suite_lock import SuiteLock
from tests.report.example_runs import finished_events
from tests.runs.made_suites import at_work, beating
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.runs_app import until
from tests.tui.runs.suites_on_disk import make_suite, write
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions


def half_trained_suite(runs_dir: Path) -> SuiteFolder:
    """Make a suite whose batch norm has finished and whose layer norm is in its fourth epoch."""
    suite = make_suite(runs_dir)
    batch, layer, _ = suite.config().runs
    write(suite, Norm.BATCH, finished_events(batch))
    write(suite, Norm.LAYER, stepped_events(layer, 3, extra_steps=120))
    return suite


_locks: dict[Path, SuiteLock] = {}


@asynccontextmanager
async def watched(
    suite: SuiteFolder,
    *,
    size: tuple[int, int] = (100, 30),
    alive: bool = True,
    ascii_only: bool = False,
) -> AsyncIterator[tuple[Dashboard, Pilot[None]]]:
    """Open the dashboard on `suite`; its worker is taken to be at work where `alive`."""
    options = DashboardOptions(
        grid=Grid(RunConfig(norm=Norm.BATCH, data="demo"), tuple(Norm)),
        runs_dir=suite.path.parent,
        attach=suite.path,
        ascii_only=ascii_only,
    )
    app = Dashboard(options)
    with ExitStack() as worker:
        if alive:
            _locks[suite.path] = worker.enter_context(at_work(suite))
            worker.enter_context(beating(suite))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.current_mode == "train" and app.snapshot is not None)
            await until(pilot, lambda: app.snapshot is not None and app.snapshot.alive is alive)
            yield app, pilot


def die(suite: SuiteFolder) -> None:
    """Let the worker that `watched` takes for alive be dead, without a last word."""
    _locks[suite.path].release()


def shown(app: Dashboard, selector: str) -> str:
    """Return what a widget shows, as text."""
    return str(app.screen.query_one(selector, Static).render())


def orders(suite: SuiteFolder) -> list[tuple[str, str | None]]:
    """Return what was asked of the worker: commands and their runs."""
    if not suite.commands.exists():
        return []
    asked = [json.loads(line) for line in suite.commands.read_text().splitlines()]
    return [(order["command"], order["run"]) for order in asked]
