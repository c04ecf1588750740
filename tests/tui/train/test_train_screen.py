from pathlib import Path

import pytest
from textual.widgets import Log

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.commands import Command
from core.runs.folder import create_suite
from core.runs.life_events import Fault, RunFailed, RunFinished, RunStopped
from core.runs.suite_events import OrderTaken
from tests.report.example_runs import config, epoch_events, finished_events
from tests.runs.made_suites import log
from tests.runs.made_suites import write as write_events
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.runs_app import text_of, until
from tests.tui.runs.suites_on_disk import ended_suite, finished_suite, made_at, write
from tests.tui.train.watched import die, half_trained_suite, orders, shown, watched
from tui.frame.messages import CompareWanted


async def test_a_suite_under_way_is_shown_as_it_stands(tmp_path: Path) -> None:
    async with watched(half_trained_suite(tmp_path / "runs")) as (app, _):
        assert "✓ done 20/20" in shown(app, ".norm-batch")
        assert "73.51%" in shown(app, ".norm-batch")
        assert "● training 4/20" in shown(app, ".norm-layer")
        assert "waiting" in shown(app, ".norm-group")
        bars = text_of(app)
        assert "120/391" in bars
        assert "3/20" in bars
        assert "1/3" in bars
        assert "left" in bars
        text = "\n".join(app.screen.query_one(Log).lines)
        assert "Test set: Average loss:" in text
        assert text.count("Epoch :  3") == 2


async def test_what_is_new_in_the_file_comes_to_the_screen(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        write(suite, Norm.LAYER, epoch_events(Norm.LAYER, 4))
        await until(pilot, lambda: "4/20" in text_of(app))
        assert "Epoch :  4" in "\n".join(app.screen.query_one(Log).lines)


async def test_pause_and_resume_take_turns(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        assert "p pause" in shown(app, "#key-bar")
        await pilot.press("p")
        await until(pilot, lambda: "p resume" in shown(app, "#key-bar"))
        assert "p pause" not in shown(app, "#key-bar")
        await pilot.press("p")
        await until(pilot, lambda: "p pause" in shown(app, "#key-bar"))
        assert orders(suite) == [("pause", None), ("resume", None)]


async def test_what_is_said_of_interleaved_epochs_is_told_apart(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=70))
    async with watched(suite) as (app, _):
        lines = app.screen.query_one(Log).lines
        for norm, epochs in ((Norm.BATCH, 20), (Norm.LAYER, 3), (Norm.GROUP, 1)):
            for said in ("Train: Loss=", "Test set: Average loss:"):
                assert sum(line.startswith(f"{norm}: {said}") for line in lines) == epochs


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)])
async def test_a_study_of_many_runs_is_shown_steered_and_told_apart(
    size: tuple[int, int], tmp_path: Path
) -> None:
    runs = Grid(config(Norm.BATCH), tuple(Norm), seeds=tuple(range(8))).runs()
    suite = create_suite(tmp_path / "runs", SuiteConfig(runs, "cifar-tui"), made_at())
    for name, run in list(zip(suite.config().names, runs, strict=True))[:5]:
        write_events(suite, name, *stepped_events(run, 1, extra_steps=9))
    async with watched(suite, size=size) as (app, pilot):
        await until(pilot, lambda: "0 of 24 runs" in text_of(app))
        lines = app.screen.query_one(Log).lines
        assert size[1] < 24 or any(line.startswith("layer-seed-1: Train: Loss=") for line in lines)
        await pilot.press("up", "p")
        await until(pilot, lambda: ("pause", None) in orders(suite))
        await pilot.press("f", "3", "4", "2")
        await until(pilot, lambda: app.current_mode == "train")


@pytest.mark.parametrize(
    ("answer", "asked", "leaves"),
    [
        ("s", [("stop-after-epoch", None)], False),
        ("n", [("stop-now", None)], False),
        ("escape", [], False),
        ("l", [], True),
    ],
)
async def test_stopping_asks_first(
    answer: str, asked: list[tuple[str, str | None]], *, leaves: bool, tmp_path: Path
) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "What should happen to it?" in shown(app, "#question"))
        assert orders(suite) == []
        await pilot.press(answer)
        await until(pilot, lambda: not app.is_running if leaves else not app.screen.is_modal)
        await pilot.pause()
        assert orders(suite) == asked


@pytest.mark.parametrize("taken", [False, True])
async def test_no_pause_is_offered_of_a_suite_that_is_to_stop(tmp_path: Path, *, taken: bool) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("s")
        await until(pilot, lambda: orders(suite) == [("stop-after-epoch", None)])
        if taken:
            log(suite, OrderTaken(line=0, command=Command.STOP_AFTER_EPOCH))
        await until(pilot, lambda: "stops after epoch" in text_of(app))
        await until(pilot, lambda: "p pause" not in shown(app, "#key-bar"))
        await pilot.press("p")
        await pilot.pause()
        assert "p resume" not in shown(app, "#key-bar")
        assert orders(suite) == [("stop-after-epoch", None)]


async def test_who_only_watches_leaves_and_the_training_goes_on(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("down", "up", "escape")
        await until(pilot, lambda: not app.screen.is_modal)
        await pilot.press("q")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_running)
        assert orders(suite) == []


async def test_who_trains_and_leaves_stops_after_the_epoch(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.LAYER, [RunFailed(error="loss is nan", fault=Fault.PROGRAM)])
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=10))
    retried = ("retry", "layer")
    async with watched(suite) as (app, pilot):
        await pilot.press("down")
        await until(pilot, lambda: "r retry" in shown(app, "#key-bar"))
        await pilot.press("r")
        await until(pilot, lambda: orders(suite) == [retried])
        await pilot.press("q")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_running)
        assert orders(suite) == [retried, ("stop-after-epoch", None)]


async def test_a_failed_variant_says_why_and_can_be_retried(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.LAYER, [RunFailed(error="loss is nan", fault=Fault.PROGRAM)])
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=10))
    async with watched(suite) as (app, pilot):
        assert "✗ failed 3/20" in shown(app, ".norm-layer")
        assert "loss is nan" in shown(app, ".norm-layer")
        assert "r retry" not in shown(app, "#key-bar")
        await pilot.press("down")
        await until(pilot, lambda: "r retry" in shown(app, "#key-bar"))
        await pilot.press("r")
        await until(pilot, lambda: orders(suite) == [("retry", "layer")])


@pytest.mark.parametrize(("key", "order"), [("enter", "go-on"), ("s", "retry")])
async def test_with_a_checkpoint_a_variant_goes_on_or_begins_anew_as_one_says(
    tmp_path: Path, key: str, order: str
) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    suite.run("layer").checkpoint.write_bytes(b"any")
    write(suite, Norm.LAYER, [RunStopped(reason="skipped")])
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=10))
    async with watched(suite) as (app, pilot):
        await pilot.press("down")
        await until(pilot, lambda: "r retry" in shown(app, "#key-bar"))
        await pilot.press("r")
        await until(pilot, lambda: "layer has a checkpoint" in text_of(app))
        await pilot.press(key)
        await until(pilot, lambda: orders(suite) == [(order, "layer")])


async def test_the_comparison_opens_by_itself_when_the_suite_ends(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite) as (app, pilot):
        write(suite, Norm.LAYER, [RunFinished()])
        write(suite, Norm.GROUP, finished_events(config(Norm.GROUP)))
        assert app.current_mode == "train"
        die(suite)
        await until(pilot, lambda: app.current_mode == "compare")
        await pilot.press("2")
        await until(pilot, lambda: app.current_mode == "train")
        assert "✓ done 20/20" in shown(app, ".norm-group")


async def test_another_suite_takes_the_place_of_the_first(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    ended = ended_suite(tmp_path / "runs", 24)
    async with watched(suite) as (app, pilot):
        app.open_suite(ended.path)
        await until(pilot, lambda: "failed 1/20" in shown(app, ".norm-batch"))
        assert len(app.screen.query("#cards .card")) == 3
        assert "p pause" not in shown(app, "#key-bar")
        app.open_suite(suite.path)
        await until(pilot, lambda: "● training 4/20" in shown(app, ".norm-layer"))


async def test_the_end_of_a_suite_opens_its_own_comparison_and_takes_a_question_away(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    other = finished_suite(tmp_path / "runs", 24)
    async with watched(suite) as (app, pilot):
        app.screen.post_message(CompareWanted((other.path,)))
        await until(pilot, lambda: app.current_mode == "compare")
        await pilot.press("2", "s")
        await until(pilot, lambda: app.screen.is_modal)
        write(suite, Norm.LAYER, [RunFinished()])
        die(suite)
        await until(pilot, lambda: app.current_mode == "compare")
        assert not app.screen.is_modal
        assert app.compared == ()
        assert orders(suite) == []


async def test_a_replayed_suite_offers_nothing_that_needs_a_worker(tmp_path: Path) -> None:
    async with watched(finished_suite(tmp_path / "runs"), alive=False) as (app, _):
        offered = shown(app, "#key-bar")
        for gone in ("pause", "resume", "stop", "skip", "retry"):
            assert gone not in offered
        assert "e export" in offered
        assert "left" not in text_of(app)


async def test_how_each_run_ended_is_told(tmp_path: Path) -> None:
    async with watched(ended_suite(tmp_path / "runs"), alive=False) as (app, _):
        assert "failed 1/20" in shown(app, ".norm-batch")
        assert "stopped 1/20" in shown(app, ".norm-layer")
        assert "lost 1/20" in shown(app, ".norm-group")
        assert "exit code -9" in shown(app, ".norm-group")


async def test_plots_answer_to_their_keys(tmp_path: Path) -> None:
    async with watched(half_trained_suite(tmp_path / "runs"), size=(120, 40)) as (app, pilot):
        assert "logarithmic" not in str(app.screen.query_one("#loss").border_title)
        await pilot.press("y", "x", "plus")
        await pilot.pause()
        assert "logarithmic" in str(app.screen.query_one("#loss").border_title)
        assert "smoothed 0.9" in str(app.screen.query_one("#loss").border_subtitle)
        for _ in range(8):
            await pilot.press("minus")
        assert "smoothed" not in str(app.screen.query_one("#loss").border_subtitle)
        assert "rougher" not in shown(app, "#key-bar")


async def test_a_plot_can_have_the_whole_screen(tmp_path: Path) -> None:
    async with watched(half_trained_suite(tmp_path / "runs")) as (app, pilot):
        loss, accuracy = app.screen.query_one("#loss"), app.screen.query_one("#accuracy")
        seen = []
        for _ in range(4):
            await pilot.press("f")
            await pilot.pause()
            seen.append((loss.display, accuracy.display, app.screen.query_one("#cards").display))
        assert seen == [(True, False, False), (False, True, False), (True, True, False), (True, True, True)]


async def test_the_readout_says_every_curves_value(tmp_path: Path) -> None:
    async with watched(half_trained_suite(tmp_path / "runs"), size=(120, 40)) as (app, pilot):
        loss = app.screen.query_one("#loss")
        loss.focus()
        await pilot.press("left", "left")
        await pilot.pause()
        assert "batch" in str(loss.border_subtitle)
        assert "epoch" in str(loss.border_subtitle)


@pytest.mark.parametrize(
    "size", [(20, 5), (60, 18), (79, 20), (80, 24), (100, 30), (120, 40), (200, 60), (300, 100)]
)
async def test_every_size_is_drawn_without_overlap(size: tuple[int, int], tmp_path: Path) -> None:
    async with watched(half_trained_suite(tmp_path / "runs"), size=size) as (app, pilot):
        await pilot.pause()
        if size[0] < 60 or size[1] < 18:
            assert app.screen.query_one("#no-room").display
            return
        parts = [
            app.screen.query_one(f"#{name}") for name in ("cards", "progress", "loss", "accuracy", "log")
        ]
        regions = [part.region for part in parts if part.display]
        for at, region in enumerate(regions):
            assert app.screen.region.contains_region(region), parts[at]
            assert not any(region.overlaps(other) for other in regions[at + 1 :])
