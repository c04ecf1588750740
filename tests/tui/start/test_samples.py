"""Images of the chosen data on the start screen."""

from pathlib import Path

from textual.widgets import Input

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.dataset.availability import look_for
from tests.dataset.samples import CLASSES, write_image_folder
from tests.tui.runs.runs_app import text_of, until
from tests.tui.start.test_start_screen import started
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions


async def test_where_there_is_room_images_of_the_chosen_data_are_seen(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "images", classes=tuple(f"kind-{name}" for name in CLASSES))
    async with started(tmp_path, (120, 40)) as (screen, pilot):
        await until(pilot, lambda: "Test images" in text_of(pilot.app))
        text = text_of(pilot.app)
        assert "disc       ring" in text
        assert "checkers   dots" in text
        assert "▀" * 10 in text
        assert "parameters 41,992 · 30 layers" in text  # the network has room beside them
        data = screen.query_one("#setting-data Input", Input)
        data.value = str(folder)
        await until(pilot, lambda: "kind-a     kind-b" in text_of(pilot.app))
        data.value += "x"
        await until(pilot, lambda: "no such folder" in text_of(pilot.app))
        assert "Test images" not in text_of(pilot.app)
        await pilot.resize_terminal(80, 24)
        data.value = str(folder)
        await until(pilot, lambda: "image folder: 10 classes" in text_of(pilot.app))
        assert not screen.query_one("#samples").display
        beside = " ".join(line[:36].strip() for line in text_of(pilot.app).splitlines())
        assert look_for(str(folder)).text in beside  # whole, over two lines


async def test_in_ascii_there_are_none(tmp_path: Path) -> None:
    grid = Grid(RunConfig(norm=Norm.BATCH, data="demo"), tuple(Norm))
    app = Dashboard(DashboardOptions(grid=grid, runs_dir=tmp_path / "runs", ascii_only=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "no download" in text_of(app))
        assert "Test images" not in text_of(app)
        assert text_of(app).isascii()
