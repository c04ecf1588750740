"""The application over real runs in real folders, driven by its keys."""

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.errors import InputError
from core.tracking import Run
from core.tracking.following import Following
from core.tracking.own_runs import OwnRuns
from core.tracking.source import Source
from tests.tui.runs.runs_app import text_of, until
from tui.app.tracked_app import TrackedApp
from tui.charts.chart import Chart
from tui.tracked.screen import TrackedScreen

SIZE = (100, 30)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Return a folder with two runs that have ended."""
    for name, rate in (("slow", 0.5), ("quick", 2.0)):
        with Run(name, config={"lr": rate}, dir=tmp_path) as run:
            for step in range(50):
                run.log({"train/loss": math.exp(-rate * step / 50), "train/accuracy": step / 50}, step=step)
                if step % 10 == 9:
                    run.log({"val/loss": math.nan if name == "quick" else 1.0}, step=step)
    return tmp_path


def app_sources(folder: Path) -> Iterator[Source]:
    own = OwnRuns()
    yield from (own.open(path, path.name) for path in sorted(folder.iterdir()) if own.reads(path))


def app_of(folder: Path) -> TrackedApp:
    return TrackedApp(lambda: app_sources(folder), str(folder))


def titles(pilot: Pilot[None]) -> list[str]:
    return [str(chart.border_title) for chart in pilot.app.screen.query(Chart) if chart.display]


async def test_runs_their_curves_and_what_to_look_at_are_shown(runs: Path) -> None:
    async with app_of(runs).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "quick: val/loss is not finite since step 9" in text_of(pilot.app))
        text = text_of(pilot.app)
        assert "✓ ━● quick finished        49         0.141         0.980" in text
        assert "✓ ╍▲ slow  finished        49" in text
        assert "nothing so far" not in text
        assert len(titles(pilot)) == 2
        await pilot.press("m")
        await until(pilot, lambda: "runs – val" in text_of(pilot.app))
        assert len(titles(pilot)) == 1


async def test_a_run_is_chosen_and_plotted_alone(runs: Path) -> None:
    async with app_of(runs).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "slow" in text_of(pilot.app))
        curves = pilot.app.screen.query(Chart).first().looked_spec.curves
        assert {curve.label for curve in curves} == {"quick", "slow"}
        await pilot.press("down", "enter")
        curves = pilot.app.screen.query(Chart).first().looked_spec.curves
        assert {curve.label for curve in curves} == {"slow"}
        await pilot.press("plus", "x", "y")
        spec = pilot.app.screen.query(Chart).first().looked_spec
        assert (spec.x_label, spec.log_y, spec.curves[1].part) == ("time", True, "smoothed 0.5")
        await pilot.press("f")
        assert len(titles(pilot)) == 1
        await pilot.press("f", "f")
        assert len(titles(pilot)) == 2


async def test_a_live_run_is_paused_and_stopped_by_keys(tmp_path: Path) -> None:
    run = Run("live", dir=tmp_path)

    def loop() -> None:
        while not run.should_stop():
            run.log({"loss": 1.0})
            threading.Event().wait(0.01)
        run.finish()

    training = threading.Thread(target=loop)
    training.start()
    async with app_of(tmp_path).run_test(size=SIZE) as pilot:
        try:
            await until(pilot, lambda: "● ━● live running" in text_of(pilot.app))
            await pilot.press("p")
            await until(pilot, lambda: "‖ ━● live paused" in text_of(pilot.app))
            await pilot.press("p")
            await until(pilot, lambda: "● ━● live running" in text_of(pilot.app))
        finally:
            await pilot.press("s")
            await until(pilot, lambda: "Stop live?" in text_of(pilot.app))
            await pilot.press("y")
            await until(pilot, lambda: "■ ━● live stopped" in text_of(pilot.app))
    training.join()


async def test_the_help_and_the_palette_are_about_the_screen(runs: Path) -> None:
    async with app_of(runs).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "slow" in text_of(pilot.app))
        await pilot.press("question_mark")
        await until(pilot, lambda: "Ask the chosen run to pause" in text_of(pilot.app))
        await pilot.press("escape", "ctrl+p")
        await until(pilot, lambda: "Plot the next quantities" in text_of(pilot.app))


async def test_tags_and_names_are_no_markup(tmp_path: Path) -> None:
    with Run("mine", dir=tmp_path) as run:
        run.log({"[/b]val/[red]loss": 1.0})
    async with app_of(tmp_path).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "runs – [/b]val" in text_of(pilot.app))
        assert "[red]loss  ━● mine" in text_of(pilot.app)


async def test_a_folder_that_vanishes_is_told_once_and_the_rest_goes_on(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.tracked_app._FIND_EVERY", 1)
    asked: list[int] = []

    def find() -> Iterator[Source]:
        asked.append(0)
        if len(asked) > 1:
            raise InputError(f"{runs}: there is no such file or folder")
        yield OwnRuns().open(runs / "slow", "slow")

    async with TrackedApp(find, str(runs)).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: len(asked) > 3)
        assert "slow finished" in text_of(pilot.app)
        assert len(pilot.app._notifications) == 1  # noqa: SLF001 - more than are shown


async def test_a_run_stays_chosen_when_another_comes_before_it(runs: Path) -> None:
    with Run("a", dir=runs) as run:
        run.log({"train/loss": 1.0})
    following = Following(lambda: app_sources(runs))
    following.look()
    first, *others = following.poll()
    app = TrackedApp(lambda: iter(()), str(runs))
    async with app.run_test(size=SIZE) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, TrackedScreen)
        screen.show_runs(tuple(others))
        screen.action_choose(1)
        screen.show_runs((first, *others))
        assert screen._chosen_run is others[1]  # noqa: SLF001 - what a key would be for
        screen.show_runs((first,))
        assert screen._chosen_run is first  # noqa: SLF001 - as above


async def test_where_there_is_nothing_to_look_at_that_is_said(tmp_path: Path) -> None:
    with Run("well", dir=tmp_path) as run:
        run.log({"loss": 1.0})
    async with app_of(tmp_path).run_test(size=SIZE) as pilot:
        await until(
            pilot, lambda: "nothing so far" in text_of(pilot.app) and "✓ ━● well" in text_of(pilot.app)
        )
