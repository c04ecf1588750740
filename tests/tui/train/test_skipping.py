from pathlib import Path

from core.config.presets import Norm
from core.runs.life_events import RunFinished
from tests.report.example_runs import config
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.runs_app import text_of, until
from tests.tui.runs.suites_on_disk import write
from tests.tui.train.watched import half_trained_suite, orders, shown, watched
from tui.dialogs.choice import ChoiceDialog


async def test_a_skip_names_the_run_under_way_and_is_offered_once(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        await pilot.press("k")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        assert shown(app, "#question") == "End layer in epoch 4 of 20?"
        await pilot.press("enter")  # what is proposed is to let it go on
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))
        assert orders(suite) == []
        await pilot.press("k")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("y")
        await until(pilot, lambda: orders(suite) == [("skip", "layer")])
        await until(pilot, lambda: "k skip" not in shown(app, "#key-bar"))
        await pilot.press("k", "y")
        assert orders(suite) == [("skip", "layer")]


async def test_of_a_run_that_has_ended_while_it_was_asked_nothing_is_asked_of_the_worker(
    tmp_path: Path,
) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=70))
    async with watched(suite) as (app, pilot):
        await pilot.press("down", "k")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        write(suite, Norm.LAYER, [RunFinished()])
        await until(pilot, lambda: app.snapshot is not None and len(app.snapshot.state.under_way) == 1)
        await pilot.press("y")
        await until(pilot, lambda: "layer" in text_of(app) and not isinstance(app.screen, ChoiceDialog))
        await pilot.pause()
        assert orders(suite) == []


async def test_of_several_under_way_the_chosen_one_is_shown_and_skipped(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=70))
    async with watched(suite) as (app, pilot):
        assert "● training 4/20" in shown(app, ".norm-layer")
        assert "● training 2/20" in shown(app, ".norm-group")
        assert "2 side by side" in text_of(app)
        # batch norm, which has ended, is the one chosen
        assert "layer: training" in text_of(app)
        assert "120/391" in text_of(app)
        assert "k skip" not in shown(app, "#key-bar")
        await pilot.press("up")
        await until(pilot, lambda: "group: training" in text_of(app))
        assert "70/391" in text_of(app)
        assert "k skip" in shown(app, "#key-bar")
        await pilot.press("k", "y")
        await until(pilot, lambda: orders(suite) == [("skip", "group")])
        await until(pilot, lambda: "k skip" not in shown(app, "#key-bar"))
        await pilot.press("up")
        await until(pilot, lambda: "k skip" in shown(app, "#key-bar"))
        await pilot.press("p")
        await until(pilot, lambda: "p resume" in shown(app, "#key-bar"))
