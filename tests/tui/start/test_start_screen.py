from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Label, Static

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.runs.handshake import DevicesFound
from tests.tui.runs.runs_app import text_of, until
from tests.tui.start.idle_worker import idle_worker
from tests.tui.train.watched import half_trained_suite
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions
from tui.start.fields import SETTINGS
from tui.start.screen import StartScreen
from tui.start.settings_form import SettingsForm

PLACES = list(SETTINGS)
"""The settings' names, in the form's order."""


@asynccontextmanager
async def started(
    tmp_path: Path,
    size: tuple[int, int] = (80, 24),
    data: str = "demo",
    *,
    devices: DevicesFound | None = None,
) -> AsyncIterator[tuple[StartScreen, Pilot[None]]]:
    """Open the start screen; the worker beside it imports nothing, and says that `devices` are here."""
    options = DashboardOptions(
        grid=Grid(RunConfig(norm=Norm.BATCH, data=data), tuple(Norm)), runs_dir=tmp_path / "runs"
    )
    app = Dashboard(options, warm=idle_worker(devices))
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, StartScreen)
        yield screen, pilot


def words(screen: StartScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).render())


async def test_one_key_a_norm_and_the_table_follows_the_highlight(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        assert "[x] batch norm" in words(screen, "#variants")
        await pilot.press("b", "p", "p", "p")
        assert "[ ] batch norm" in words(screen, "#variants")
        assert "41,992 < 50,000" not in words(screen, "#totals")
        await pilot.press("down")
        assert "146,008 parameters ≥ 50,000" in words(screen, "#variants")
        assert "146,008 · 38 layers" in words(screen, "#totals")
        assert "layer norm, reference" in str(screen.query_one("#network").border_title)
        await pilot.press("space")
        assert "[ ] layer norm" in words(screen, "#variants")
        await pilot.press("a")
        assert words(screen, "#variants").count("[x]") == 3


async def test_a_wrong_setting_is_told_as_it_is_typed_and_nothing_is_trained(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        await pilot.press("e", "0", "x", "enter", "x")
        await pilot.pause()
        assert "epochs 200x: must be each" not in words(screen, "#found")
        assert words(screen, "#found").startswith("epochs 200x: must be a whole number")
        assert "batch size 128x: must be a whole number" in words(screen, "#found")
        await pilot.press("backspace", "up")
        assert screen.query_one("#setting-epochs").has_class("-wrong")
        assert not (tmp_path / "runs").exists()
        assert "train" not in words(screen, "#key-bar")
        await pilot.press("backspace", "backspace", "escape")
        assert "epochs" not in words(screen, "#found")
        assert not isinstance(screen.focused, Input)
        assert "train" in words(screen, "#key-bar")


async def test_keys_that_a_field_takes_as_text_are_not_offered(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        assert "b l g a norms" in words(screen, "#key-bar")
        await pilot.press("e")
        await pilot.pause()
        assert "b l g a norms" not in words(screen, "#key-bar")
        assert "esc done" in words(screen, "#key-bar")


async def test_the_arrows_go_through_the_settings(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        await pilot.press("e", "down", "down", "up")
        assert isinstance(screen.focused, Input)
        assert screen.focused.name == "batch_size"
        await pilot.press(*["down"] * 2, *["enter"] * (PLACES.index("parallel") - 3))
        assert screen.focused.name == "parallel"
        assert screen.query_one(SettingsForm).region.contains_region(screen.focused.region)


@pytest.mark.parametrize(("data", "told"), [("demo", "procedural demo set"), ("missing", "no such folder")])
async def test_whether_the_images_are_there_is_told(data: str, told: str, tmp_path: Path) -> None:
    folder = data if data == "demo" else str(tmp_path / data)
    async with started(tmp_path, (120, 40), folder) as (screen, pilot):
        await pilot.app.workers.wait_for_complete()
        assert told in words(screen, "#found")


async def test_nothing_is_trained_on_images_that_are_not_there(tmp_path: Path) -> None:
    async with started(tmp_path, data=str(tmp_path / "missing")) as (screen, pilot):
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert pilot.app.screen is screen
        assert not (tmp_path / "runs").exists()


async def test_a_long_mistake_moves_nothing_above_it(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        form, field = screen.query_one(SettingsForm), screen.query_one("#setting-data Input", Input)
        before = form.region
        field.focus()
        field.value = "no/such/folder/" * 12
        await until(pilot, lambda: "no/such/folder" in words(screen, "#found"))
        assert form.region == before
        assert form.region.contains_region(field.region)


async def test_no_norm_no_training(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        await pilot.press("a", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert not (tmp_path / "runs").exists()
        assert "enter" not in words(screen, "#key-bar")


@pytest.mark.parametrize(
    "size", [(1, 1), (20, 5), (59, 17), (60, 18), (79, 24), (80, 24), (120, 40), (300, 100)]
)
async def test_every_size_is_drawn(size: tuple[int, int], tmp_path: Path) -> None:
    async with started(tmp_path, size) as (screen, pilot):
        await pilot.pause()
        small = size[0] < 60 or size[1] < 18
        assert screen.query_one("#no-room").display is small
        assert screen.query_one("#body").display is not small


async def test_a_suite_that_trains_already_is_offered_first(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    with live.lock():
        async with started(tmp_path) as (screen, pilot):
            await until(pilot, lambda: f"{live.path.name} is training now" in words(screen, "#live"))
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.is_modal)
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)
            await pilot.press("w")
            await until(pilot, lambda: pilot.app.current_mode == "train")
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [live.path.name]


async def test_a_setting_of_a_few_words_is_chosen_not_typed(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):

        def told(text: str) -> bool:
            return text in words(screen, "#found")

        await pilot.press("e", *["enter"] * PLACES.index("device"))
        assert screen.focused is not None
        assert screen.focused.name == "device"
        assert "b l g a norms" not in words(screen, "#key-bar")
        await pilot.press("b")
        assert "[x] batch norm" in words(screen, "#variants")
        for key, device in (
            ("right", "cpu"),
            ("space", "cuda"),
            ("left", "cpu"),
            ("a", "auto"),
            ("c", "cpu"),
        ):
            await pilot.press(key)
            await until(pilot, partial(told, f"device: {device}"))


async def test_from_the_last_setting_enter_goes_back_to_the_norms_and_trains_there(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        await pilot.press("r", *["down"] * 12)
        assert screen.focused is screen.query(".field").last()
        await pilot.press("enter")
        assert "enter train" in words(screen, "#key-bar")


async def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    here = DevicesFound(device="cpu", device_name="a processor", threads=2, available=("cpu",))
    async with started(tmp_path, devices=here) as (_screen, pilot):
        await pilot.press("e", *["enter"] * PLACES.index("device"), "m", "escape", "enter")
        await until(pilot, lambda: "device mps: not here" in text_of(pilot.app))
        assert not (tmp_path / "runs").exists()


async def test_a_folder_is_looked_at_again(tmp_path: Path) -> None:
    async with started(tmp_path, (120, 40), str(tmp_path / "images")) as (screen, pilot):
        await until(pilot, lambda: "no such folder" in words(screen, "#found"))
        for split in ("train", "test"):
            picture = tmp_path / "images" / split / "cat" / "0.png"
            picture.parent.mkdir(parents=True)
            Image.new("RGB", (32, 32)).save(picture)
        await until(pilot, lambda: "no such folder" not in words(screen, "#found"))


async def test_a_device_is_not_waited_for_where_nobody_will_tell(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    with live.lock():
        async with started(tmp_path) as (screen, pilot):
            await until(pilot, lambda: "is training now" in words(screen, "#live"))
            suites = screen.host.suites
            warming = [suites.is_warming]
            suites.warm_up()
            warming.append(suites.is_warming)
            suites.close()
            assert [*warming, suites.is_warming] == [False, True, False]
            await pilot.press("e", *["enter"] * PLACES.index("device"), "c", "escape", "enter")
            await until(pilot, lambda: pilot.app.screen.is_modal)
            assert "is training already" in text_of(pilot.app)


async def test_no_key_overtakes_another(tmp_path: Path) -> None:
    async with started(tmp_path) as (screen, pilot):
        for key, character in (("g", "g"), ("up", None), ("e", "e"), ("ctrl+u", None), ("7", "7")):
            pilot.app.post_message(events.Key(key, character))
        await until(pilot, lambda: "7 epochs" in words(screen, "#variants"))
        assert "▸ [x] layer norm" in words(screen, "#variants")
        assert "[ ] group norm" in words(screen, "#variants")


async def test_the_recipe_is_edited_marked_and_reset(tmp_path: Path) -> None:
    async with started(tmp_path, (120, 40)) as (screen, pilot):
        form = screen.query_one(SettingsForm)
        row = form.query_one("#setting-dropout")
        await pilot.press("r")
        assert screen.focused is not None
        assert screen.focused.name == "optimizer"
        await pilot.press("s", *["enter"] * 8, "0", ".", "1", "escape")
        await until(pilot, lambda: "SGD 0.15" in words(screen, "#recipe"))
        assert "0.1 (26/256" in words(screen, "#recipe")
        assert "dropout•" in str(row.query_one(Label).render())
        assert "recipe of tuned, edited" in str(form.query_one("#recipe-heading", Label).render())
        await pilot.press("x")
        await until(pilot, lambda: "Muon 0.014" in words(screen, "#recipe"))
        assert "dropout•" not in str(row.query_one(Label).render())
        assert form.query_one("#setting-dropout Input", Input).value == ""


async def test_where_runs_and_the_report_go_is_chosen_here(tmp_path: Path) -> None:
    half_trained_suite(tmp_path / "elsewhere")
    async with started(tmp_path) as (screen, pilot):
        form = screen.query_one(SettingsForm)
        form.query_one("#setting-runs_dir Input", Input).value = str(tmp_path / "elsewhere")
        form.query_one("#setting-export Input", Input).value = str(tmp_path / "report.pdf")
        await pilot.press("e", "escape")
        await until(pilot, lambda: "must end in .md" in text_of(pilot.app))
        assert "--export" not in text_of(pilot.app)
        form.query_one("#setting-export Input", Input).value = str(tmp_path / "report.md")
        await pilot.press("e", "escape")
        await until(pilot, lambda: screen.host.options.export == tmp_path / "report.md")
        await pilot.press("4")
        await until(pilot, lambda: "There are no runs" not in text_of(pilot.app))
        assert screen.host.suites.runs_dir == tmp_path / "elsewhere"
