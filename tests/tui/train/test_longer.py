"""Training a finished run longer, from Train; what is asked first, and what comes of the answers."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.config.presets import Norm
from core.config.run_config import Rates
from core.runs.checkpoint_file import Checkpoint, write_checkpoint
from core.runs.commands import Command
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunStarted
from tests.report.example_runs import finished_events
from tests.runs.origins import origin
from tests.tui.runs.runs_app import text_of, until
from tests.tui.runs.suites_on_disk import make_suite, write
from tests.tui.train.watched import shown, watched
from tui.app.dashboard import Dashboard


def _finished_suite(runs_dir: Path, schedule: Rates) -> SuiteFolder:
    """Make a suite of two runs that say they have finished their 20 epochs; only batch has a checkpoint."""
    suite = make_suite(runs_dir, norms=(Norm.BATCH, Norm.GROUP))
    config = suite.config()
    suite.write_config(replace(config, runs=tuple(replace(run, schedule=schedule) for run in config.runs)))
    for run in suite.config().runs:
        started, *rest = finished_events(run)
        assert isinstance(started, RunStarted)
        write(suite, run.norm, [replace(started, recipe=run.recipe), *rest])
    own = suite.config().config_of("batch")
    checkpoint = Checkpoint(origin=origin(own), epoch=21, step=0, seconds=0.0, history=(), state=b"")
    write_checkpoint(suite.run("batch").checkpoint, checkpoint, lambda _size: None)
    return suite


async def _asked(app: Dashboard, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: "r train longer" in shown(app, "#key-bar"))
    await pilot.press("r")
    await until(pilot, lambda: "batch has finished its 20 epochs." in text_of(app))


async def test_the_number_of_epochs_is_checked_as_it_is_typed(tmp_path: Path) -> None:
    suite = _finished_suite(tmp_path, Rates.CONSTANT)
    before = suite.config()
    async with watched(suite, alive=False) as (app, pilot):
        await _asked(app, pilot)
        for text, verdict in (
            ("2x", "epochs 2x: must be a whole number from 1 to 1,000"),
            ("20", "epochs 20: must be more than 20, and a whole number from 1 to 1,000"),
            ("", "a number of epochs is needed, such as 21"),
        ):
            await pilot.press("backspace", "backspace", *text, "enter")
            await pilot.pause()
            assert shown(app, "#verdict") == verdict
        await pilot.press("3", "0")
        await pilot.pause()
        assert shown(app, "#verdict") == ""
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.is_modal)
        assert suite.config() == before
        assert app.snapshot is not None
        assert not app.snapshot.alive


async def test_enter_trains_the_chosen_run_to_as_many_epochs(tmp_path: Path) -> None:
    suite = _finished_suite(tmp_path, Rates.CONSTANT)
    async with watched(suite, alive=False) as (app, pilot):
        await _asked(app, pilot)
        await pilot.press("3", "0", "enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.alive)
        app.suites.ask(suite.path, Command.STOP_NOW)
        assert [run.epochs for run in suite.config().runs] == [30, 20]
        await until(pilot, lambda: app.snapshot is not None and not app.snapshot.alive)


async def test_what_only_the_whole_checkpoint_shows_is_told_when_asked(tmp_path: Path) -> None:
    suite = _finished_suite(tmp_path, Rates.CONSTANT)
    suite.run("batch").checkpoint.write_bytes(b"PK")
    before = suite.config()
    async with watched(suite, alive=False) as (app, pilot):
        await _asked(app, pilot)
        await pilot.press("3", "0", "enter")
        await until(pilot, lambda: len(app._notifications) == 1)  # noqa: SLF001 - tests draw none
        (told,) = app._notifications  # noqa: SLF001 - as above
        assert "batch cannot be trained longer: checkpoint.pt is no checkpoint of this" in told.message
        assert suite.config() == before


@pytest.mark.parametrize("schedule", [Rates.PRESET, Rates.CONSTANT])
async def test_a_run_that_cannot_be_longer_is_not_offered_it(tmp_path: Path, schedule: Rates) -> None:
    suite = _finished_suite(tmp_path, schedule)
    async with watched(suite, alive=False) as (app, pilot):
        if schedule is Rates.CONSTANT:
            await until(pilot, lambda: "r train longer" in shown(app, "#key-bar"))
            await pilot.press("down")  # to the one without a checkpoint
        await until(pilot, lambda: "r train longer" not in shown(app, "#key-bar"))
        await pilot.press("r")
        await pilot.pause()
        assert not app.screen.is_modal


async def test_while_the_suite_trains_no_run_of_it_is_longer(tmp_path: Path) -> None:
    async with watched(_finished_suite(tmp_path, Rates.CONSTANT)) as (app, _):
        assert "train longer" not in shown(app, "#key-bar")
