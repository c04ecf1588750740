"""The pictures of the screens, as SVG, from a real suite.

``uv run python -m tests.documents.screenshots runs/SUITE`` with a finished suite of all three norms, of which
the first seed is shown; it writes assets/screens/. The train screen is shown as it stood in the middle: the
same event files, cut there.
"""

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from textual.pilot import Pilot

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.folder import SuiteFolder
from tests.documents import ROOT
from tests.runs.made_suites import at_work, beating
from tests.tui.runs.runs_app import until
from tests.tui.screen_files import settled, text_of
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions

SCREENS: Final = ROOT / "assets" / "screens"
_SIZE: Final = (120, 40)
_RUNS: Final = Path("runs")


async def draw(suite: Path) -> None:
    """Write every picture."""
    SCREENS.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        copy_of(suite, Path(folder))
        with chdir(folder):
            await _draw_finished(_RUNS / suite.name)
            with _cut_in_the_middle(SuiteFolder(_RUNS / suite.name)):
                await _draw_live(_RUNS / suite.name)


def copy_of(suite: Path, folder: Path) -> None:
    """Copy a suite's first seed to `folder`, with its images, called there by their own name."""
    copy = folder / _RUNS / suite.name
    shutil.copytree(suite, copy)
    _keep_first_seed(SuiteFolder(copy))
    data = Path(SuiteFolder(copy).config().runs[0].data)
    if data.is_absolute():
        (folder / data.name).symlink_to(data)
        for file in (*copy.rglob("*.json"), *copy.rglob("*.jsonl")):
            file.write_text(file.read_text().replace(str(data), data.name))


def _keep_first_seed(suite: SuiteFolder) -> None:
    config = suite.config()
    seed = config.runs[0].seed
    for name in config.names:
        if config.config_of(name).seed != seed:
            shutil.rmtree(suite.run(name).path)
    names = tuple(name for name in config.names if config.config_of(name).seed == seed)
    suite.write_config(replace(config, runs=tuple(map(config.config_of, names)), names=names))


async def _draw_finished(suite: Path) -> None:
    app = dashboard(SuiteFolder(suite).config().runs[0])
    async with app.run_test(size=_SIZE) as pilot:
        await until(pilot, lambda: app.suites_loaded and app.suites.devices is not None)
        await _save(app, pilot, "start")
        await pilot.press("4")
        await until(pilot, lambda: "3 runs" in text_of(app))
        await _save(app, pilot, "runs")
        app.open_suite(suite)
        await until(pilot, lambda: "✓ done" in text_of(app))
        await pilot.press("3")
        await until(pilot, lambda: "Figures" in text_of(app))
        await _save(app, pilot, "compare")
        await pilot.press("tab", "tab")
        await _save(app, pilot, "compare-classes")


async def _draw_live(suite: Path) -> None:
    app = dashboard(SuiteFolder(suite).config().runs[0])
    async with app.run_test(size=_SIZE) as pilot:
        app.open_suite(suite)
        await until(pilot, lambda: "● training" in text_of(app) and "p pause" in text_of(app))
        await _save(app, pilot, "train")
        await pilot.press("question_mark")
        await _save(app, pilot, "help")


def dashboard(config: RunConfig) -> Dashboard:
    """Return a dashboard on the suites in `runs`, as one starts it for `config`."""
    return Dashboard(DashboardOptions(grid=Grid(config, tuple(Norm)), runs_dir=_RUNS))


async def _save(app: Dashboard, pilot: Pilot[None], name: str) -> None:
    await settled(app, pilot)
    (SCREENS / f"{name}.svg").write_text(app.export_screenshot(title="cifar-tui"))


@contextmanager
def _cut_in_the_middle(suite: SuiteFolder) -> Iterator[None]:
    """Take the suite back to two thirds of its second run, and be its worker there."""
    _, second, third = (suite.run(name) for name in suite.config().names)
    third.events.unlink()
    lines = second.events.read_text().splitlines(keepends=True)
    steps = [at for at, line in enumerate(lines) if json.loads(line)["kind"] == "steps_done"]
    second.events.write_text("".join(lines[: steps[len(steps) * 2 // 3] + 1]))
    with at_work(suite), beating(suite):
        yield


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
