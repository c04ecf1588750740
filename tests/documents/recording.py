"""The moving picture on the README's first screen, from a real suite.

``uv run python -m tests.documents.recording runs/SUITE`` with a finished suite of all three norms that
trained side by side, of which the first seed is shown; it writes assets/screens/recording.svg: the same event
files, told again in their own order, faster.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from textual.pilot import Pilot

from core.runs.folder import SuiteFolder
from tests.documents.moving_svg import Frame, moving_svg
from tests.documents.screenshots import SCREENS, copy_of, dashboard
from tests.runs.made_suites import at_work, beating
from tests.tui.runs.runs_app import until
from tests.tui.screen_files import settled, text_of
from tui.app.dashboard import Dashboard

_FILE: Final = SCREENS / "recording.svg"
_SIZE: Final = (120, 40)
_RUNS: Final = Path("runs")
_MOMENTS: Final = 22  # of the training
_FRAME_SECONDS: Final = 0.5
_PLOT_SECONDS: Final = 2.5  # until plots are drawn, whatever else the machine does
_LONG_SECONDS: Final = 2.5  # of what is to be read


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a run's event file, written at `time` (Unix seconds)."""

    time: float
    file: Path
    text: str


async def record(suite: Path) -> None:
    """Write the moving picture."""
    copy = _RUNS / suite.name
    with TemporaryDirectory() as folder:
        copy_of(suite, Path(folder))
        with chdir(folder):
            frames = [*await _start(copy), *await _training(SuiteFolder(copy)), *await _comparison(copy)]
    _FILE.write_text(moving_svg(frames))


async def _start(suite: Path) -> list[Frame]:
    app = dashboard(SuiteFolder(suite).config().runs[0])
    async with app.run_test(size=_SIZE) as pilot:
        await until(pilot, lambda: app.suites_loaded and app.suites.devices is not None)
        return [await _frame(app, pilot, _LONG_SECONDS)]


async def _training(suite: SuiteFolder) -> list[Frame]:
    """Tell the suite's runs again, line by line, and take frames at even distances of time."""
    lines = list(_lines(suite))
    for name in suite.config().names:
        suite.run(name).events.unlink()
    moments = list(_moments(lines))
    _write(moments[0])
    app = dashboard(suite.config().runs[0])
    frames = []
    with at_work(suite), beating(suite):
        async with app.run_test(size=_SIZE) as pilot:
            app.open_suite(suite.path)
            await until(pilot, lambda: "p pause" in text_of(app))
            for moment in moments[1:]:
                _write(moment)
                await pilot.pause(_PLOT_SECONDS)
                frames.append(await _frame(app, pilot, _FRAME_SECONDS))
    return frames


async def _comparison(suite: Path) -> list[Frame]:
    app = dashboard(SuiteFolder(suite).config().runs[0])
    async with app.run_test(size=_SIZE) as pilot:
        app.open_suite(suite)
        await until(pilot, lambda: "✓ done" in text_of(app))
        frames = [await _frame(app, pilot, _LONG_SECONDS)]
        await pilot.press("3")
        await until(pilot, lambda: "Figures" in text_of(app))
        return [*frames, await _frame(app, pilot, 2 * _LONG_SECONDS)]


def _lines(suite: SuiteFolder) -> Iterator[_Line]:
    for name in suite.config().names:
        file = suite.run(name).events
        for text in file.read_text().splitlines(keepends=True):
            yield _Line(json.loads(text)["t"], file, text)


def _moments(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield what every run told up to its first steps, and then by equal parts of the time that is left."""
    lines = sorted(lines, key=lambda line: line.time)
    began = max(line.time for line in lines if json.loads(line.text)["kind"] == "data_loaded")
    part = (lines[-1].time - began) / _MOMENTS
    yield [line for line in lines if line.time <= began]
    for number in range(_MOMENTS):
        first, last = began + number * part, began + (number + 1) * part
        yield [line for line in lines if first < line.time <= last]


def _write(lines: Sequence[_Line]) -> None:
    for line in lines:
        with line.file.open("a") as file:
            file.write(line.text)


async def _frame(app: Dashboard, pilot: Pilot[None], seconds: float) -> Frame:
    await settled(app, pilot)
    return Frame(app.export_screenshot(title="cifar-tui"), seconds)


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
