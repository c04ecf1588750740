"""Every screen as text, drawn from recorded runs: what the golden files in tests/tui/screens hold.

``uv run python -m tests.tui.screen_files`` writes them anew; look at what changed before you commit it.
"""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from textual.pilot import Pilot

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.folder import SuiteFolder
from tests.runs.made_suites import at_work, beating
from tests.tui.runs import runs_app
from tests.tui.runs.runs_app import until
from tests.tui.runs.suites_on_disk import ended_suite, finished_suite
from tests.tui.train.studies import half_trained_study
from tests.tui.train.watched import half_trained_suite, watched
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions

FOLDER: Final = Path(__file__).with_name("screens")
SIZES: Final = ((80, 24), (120, 40), (200, 60))
_STUDY_SIZES: Final = SIZES[:2]
_RUNS: Final = Path("runs")
_LOOKS: Final = 5  # of the same text, then it has stopped changing
_PANELS: Final = ("figures", "curves", "gap", "classes", "confusion", "mistakes")


def file_of(name: str, size: tuple[int, int]) -> Path:
    """Return the golden file of a screen at `size`."""
    return FOLDER / f"{name}-{size[0]}x{size[1]}.txt"


async def screens(size: tuple[int, int], folder: Path) -> dict[str, str]:
    """Walk through the dashboard at `size`, with runs made below `folder`; return each screen's text."""
    with chdir(folder), _in_utc():
        suites = (half_trained_suite(_RUNS), finished_suite(_RUNS, 24), ended_suite(_RUNS, 48))
        with at_work(suites[0]), beating(suites[0]):
            options = DashboardOptions(
                grid=Grid(RunConfig(norm=Norm.BATCH, data="demo"), tuple(Norm)), runs_dir=_RUNS
            )
            app = Dashboard(options)
            async with app.run_test(size=size) as pilot:
                drawn = {name: text async for name, text in _walk(app, pilot, suites)}
        return drawn | await _study_screen(size)


async def _study_screen(size: tuple[int, int]) -> dict[str, str]:
    """Draw a study of 24 runs under way, with a failed run chosen."""
    if size not in _STUDY_SIZES:
        return {}
    async with watched(half_trained_study(Path("studies")), size=size) as (app, pilot):
        await pilot.press("down", "down", "down")
        await until(pilot, lambda: "Too few seeds to call" in text_of(app))
        return {"train-study": await settled(app, pilot)}


async def _walk(
    app: Dashboard, pilot: Pilot[None], suites: tuple[SuiteFolder, ...]
) -> AsyncIterator[tuple[str, str]]:
    live, finished, ended = suites
    await until(pilot, lambda: "no download" in text_of(app) and "is training now" in text_of(app))
    if app.screen.has_class("-tall") and app.screen.has_class("-wide"):
        await until(pilot, lambda: "Test images" in text_of(app))
    yield "start", await settled(app, pilot)
    await pilot.press("p", "p", "p", "down")
    yield "start-reference", await settled(app, pilot)
    app.open_suite(live.path)
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.alive and "p pause" in text_of(app))
    yield "train-live", await settled(app, pilot)
    await pilot.press("f")
    yield "train-full-loss", await settled(app, pilot)
    await pilot.press("f", "f", "f")
    await settled(app, pilot)  # a dialog is drawn over what was there when it opened
    await pilot.press("s")
    yield "stop-dialog", await settled(app, pilot)
    await pilot.press("escape")
    await settled(app, pilot)
    await pilot.press("question_mark")
    yield "help", await settled(app, pilot)
    await pilot.press("escape")
    await settled(app, pilot)
    await pilot.press("e")
    yield "export-dialog", await settled(app, pilot)
    await pilot.press("escape")
    app.open_suite(ended.path)
    await until(pilot, lambda: "✗ failed" in text_of(app))
    yield "train-ended", await settled(app, pilot)
    app.open_suite(finished.path)
    await until(pilot, lambda: "✓ done" in text_of(app))
    await pilot.press("3")
    await until(pilot, lambda: app.current_mode == "compare")
    compared: set[str] = set()
    for panel in _PANELS:
        if (text := await settled(app, pilot)) not in compared:  # where there is room for several at once
            compared.add(text)
            yield f"compare-{panel}", text
        await pilot.press("tab")
    await pilot.press("4")
    await until(pilot, lambda: "9 runs" in text_of(app))
    yield "runs", await settled(app, pilot)


async def settled(app: Dashboard, pilot: Pilot[None]) -> str:
    """Return the screen's text once all of it has been drawn and has stopped changing."""
    seen: list[str] = []

    def same() -> bool:
        seen.append(text_of(app))
        # for a moment there may be a dialog and nothing yet around it, where that is to be seen
        whole = app.screen.styles.background.a == 1 or not seen[-1].startswith("\n")
        return whole and len(seen) >= _LOOKS and len(set(seen[-_LOOKS:])) == 1

    await until(pilot, same)
    return seen[-1]


def text_of(app: Dashboard) -> str:
    """Return the characters on the screen, without what differs from machine to machine."""
    return re.sub(r"device: [^│╰\n]*", lambda found: "device: …".ljust(len(found[0])), runs_app.text_of(app))


@contextmanager
def _in_utc() -> Iterator[None]:
    """Show times of day as they are in Greenwich."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def main() -> None:
    """Write every file anew."""
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for size in SIZES:
        with TemporaryDirectory() as folder:
            for name, text in asyncio.run(screens(size, Path(folder))).items():
                file_of(name, size).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
