from contextlib import ExitStack
from pathlib import Path

from textual.command import CommandInput, CommandList
from textual.pilot import Pilot

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.life_events import RunStopped
from tests.runs.made_suites import at_work, beating
from tests.tui.runs.runs_app import until
from tests.tui.runs.suites_on_disk import finished_suite, write
from tests.tui.start.idle_worker import idle_worker
from tests.tui.train.watched import half_trained_suite
from tui.app.dashboard import Dashboard
from tui.app.palette import Palette
from tui.frame.options import DashboardOptions


def dashboard(runs_dir: Path) -> Dashboard:
    grid = Grid(RunConfig(norm=Norm.BATCH, data="demo"), tuple(Norm))
    return Dashboard(DashboardOptions(grid=grid, runs_dir=runs_dir), warm=idle_worker())


async def offered(pilot: Pilot[None], app: Dashboard) -> list[str]:
    """Open the palette, and return what it offers, each with what stands below."""
    if not app.screen.query(CommandInput):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: bool(app.screen.query(CommandList)))
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count > 0)
    options = app.screen.query_one(CommandList).options
    return [f"{option.hit.text}: {option.hit.help}" for option in options]  # type: ignore[attr-defined]


async def test_the_palette_has_what_can_be_done_here_first_and_every_command_once(tmp_path: Path) -> None:
    suite = finished_suite(tmp_path / "runs")
    app = dashboard(tmp_path / "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.current_mode == "start" and app.screen.is_mounted)
        found = await offered(pilot, app)
        assert found[0] == "Train the chosen norms: key enter"
        assert f"Open {suite.name}: of the newest suites" in found
        assert "Save a screenshot: as SVG, in the folder you are in" in found
        assert "Theme: light: the colours" in found
        assert "Switch to the next theme: dark, light, high contrast: key ^t" in found
        names = [line.partition(":")[0] for line in found]
        assert len(set(names) - {"Theme"}) == len([name for name in names if name != "Theme"])
        assert not any(
            word in line for line in found for word in ("ctrl", "_", "palette", "Find any", "Highlight")
        )
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.is_modal)


async def chosen(pilot: Pilot[None], app: Dashboard, name: str) -> None:
    """Choose a command by a part of its name, with the palette open."""
    await until(pilot, lambda: bool(app.screen.query(CommandInput)))
    await pilot.press(*name.lower())

    def first() -> str:
        options = [option for option in app.screen.query_one(CommandList).options if not option.disabled]
        return str(options[0].hit.text) if options else ""  # type: ignore[attr-defined]

    await until(pilot, lambda: first() == name)
    await pilot.press("enter")
    await until(pilot, lambda: not app.screen.is_modal)


async def test_plots_and_panels_are_shown_by_name(tmp_path: Path) -> None:
    suite = finished_suite(tmp_path / "runs")
    app = dashboard(tmp_path / "runs")
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_suite(suite.path)
        await until(pilot, lambda: app.current_mode == "train" and "compare" in app.can_go)
        assert "Show the first plot alone: on this screen" in await offered(pilot, app)
        await chosen(pilot, app, "Show the first plot alone")
        await until(pilot, lambda: app.screen.has_class("-full-loss"))
        await pilot.press("3")
        await until(pilot, lambda: app.current_mode == "compare" and bool(app.screen.query("TablePanel")))
        await pilot.press("ctrl+p")
        await chosen(pilot, app, "Show confusion")
        await until(pilot, lambda: bool(app.screen.query("ConfusionPanel")))


async def test_the_end_of_a_suite_does_not_interrupt_who_has_the_palette_open(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    app = dashboard(tmp_path / "runs")
    with ExitStack() as work:
        work.enter_context(at_work(live))
        work.enter_context(beating(live))
        async with app.run_test(size=(80, 24)) as pilot:
            app.open_suite(live.path)
            await until(pilot, lambda: app.current_mode == "train" and app.snapshot is not None)
            await offered(pilot, app)
            write(live, Norm.LAYER, [RunStopped(reason="asked to stop")])
            work.close()
            await until(pilot, lambda: app.snapshot is not None and not app.snapshot.alive)
            await pilot.pause()
            assert (app.current_mode, type(app.screen)) == ("train", Palette)
            await pilot.press("escape")
            await until(pilot, lambda: not app.screen.is_modal)
            await pilot.press("3")
            await until(pilot, lambda: app.current_mode == "compare")
