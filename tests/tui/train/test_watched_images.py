"""What a user sees of the test images that are told after every epoch."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.geometry import Region

from core.config.presets import Norm
from core.runs.events import EpochEnded
from core.runs.evidence_events import WatchedAnswered, WatchedImage, WatchedShown
from core.runs.run_state import RunState
from tests.report.example_evidence import watched as watched_event
from tests.report.example_runs import (
    config,
    epoch_events,
    example_png,
    opening_events,
    state,
    told_epoch,
)
from tests.tui.runs.runs_app import text_of, until
from tests.tui.runs.suites_on_disk import make_suite, write
from tests.tui.train.studies import half_trained_study
from tests.tui.train.watched import half_trained_suite, shown, watched
from tui.app.dashboard import Dashboard
from tui.charts.ink import Line
from tui.charts.signs import Signs
from tui.train.watched_words import captioned, title, watched_by

_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def _place(app: Dashboard) -> Region:
    return app.screen.query_one("#watched").region


async def test_on_a_large_screen_each_network_s_answers_are_below_the_images(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "test images" in text_of(app))
        lines = text_of(app).splitlines()
        names, batch, layer, group = (line.strip("│ ").split() for line in lines[29:33])
        assert names == _NAMES
        assert batch[:4] == ["●✓", "88%", "●✓", "70%"]
        assert layer[:7] == ["▲✓", "45%", "▲✗", "bird", "▲✗", "ship", "▲✓"]
        assert group == ["■", "–"] * 10
        assert "● batch after 20  ▲ layer after 3  ■ group" in text_of(app)
        assert "▀" * 10 in lines[28]
        assert app.screen.query_one("#loss").size.height >= 12

        write(suite, Norm.LAYER, told_epoch(Norm.LAYER, 4))
        await until(pilot, lambda: "layer after 4" in text_of(app))
        (layer_now,) = (line for line in text_of(app).splitlines() if "▲✓" in line)
        assert layer_now.count("▲✓") == 1 + lines[31].count("▲✓")


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
async def test_on_a_small_one_a_key_shows_them_in_the_place_of_the_plots(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with watched(half_trained_suite(tmp_path / "runs"), size=size) as (app, pilot):
        assert "airplane" not in text_of(app)
        assert "v images" in shown(app, "#key-bar")
        await pilot.press("v")
        await until(pilot, lambda: all(name in text_of(app) for name in _NAMES))
        assert "▀" * 10 in text_of(app)
        assert "╭─ loss" not in text_of(app)
        await pilot.press("f")
        await until(pilot, lambda: "╭─ loss" in text_of(app) and "airplane" not in text_of(app))
        await pilot.press("v", "v")
        await until(pilot, lambda: "╭─ accuracy" in text_of(app) and "airplane" not in text_of(app))


async def test_in_ascii_there_are_names_and_no_pictures(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    async with watched(suite, size=(120, 40), ascii_only=True) as (app, pilot):
        await until(pilot, lambda: "test images" in text_of(app))
        assert text_of(app).isascii()
        assert "x ok 45%               x bird 48%             x ship 51%" in text_of(app)
        assert "ok: right, how sure" in text_of(app)


async def test_a_run_of_an_earlier_version_has_none_and_no_key_for_them(tmp_path: Path) -> None:
    suite = make_suite(tmp_path / "runs")
    write(suite, Norm.BATCH, [*opening_events(config(Norm.BATCH)), *epoch_events(Norm.BATCH, 1)])
    async with watched(suite, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "1/20" in text_of(app))
        await pilot.press("v")
        assert "v images" not in shown(app, "#key-bar")
        assert "─ test images" not in text_of(app)
        # and as soon as there are some, they are there
        write(suite, Norm.LAYER, [*opening_events(config(Norm.LAYER)), watched_event(example_png)])
        await until(pilot, lambda: "v images" in shown(app, "#key-bar"))
        await until(pilot, lambda: "airplane" in text_of(app))


async def test_of_a_study_it_is_told_how_many_seeds_are_right(tmp_path: Path) -> None:
    async with watched(half_trained_study(tmp_path / "runs"), size=(80, 24)) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: "how many seeds are right" in text_of(app))
        assert "●  4/5 ship " in text_of(app)
        assert "▲✓ 4/4 " in text_of(app)
        await pilot.press("enter")  # the chosen run alone
        await until(pilot, lambda: "● batch after 20" in text_of(app))
        assert "▲" not in text_of(app)


# -- in words --------------------------------------------------------------------------------------------


def _run(norm: Norm, *events: WatchedShown | WatchedAnswered | EpochEnded) -> RunState:
    return state([*opening_events(config(norm)), *events], norm)


def _answered(norm: Norm, epoch: int) -> tuple[EpochEnded, WatchedAnswered]:
    trained, answered, _ = told_epoch(norm, epoch)
    assert isinstance(trained, EpochEnded)
    assert isinstance(answered, WatchedAnswered)
    return trained, answered


def _text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def test_without_images_there_is_nothing_to_watch() -> None:
    assert watched_by(()) is None
    assert watched_by((RunState("batch"), _run(Norm.LAYER))) is None


def test_runs_on_other_images_are_left_out() -> None:
    images = watched_event(example_png)
    others = WatchedShown(images=images.images[1:])
    runs = (RunState("layer"), _run(Norm.BATCH, images), _run(Norm.GROUP, others))
    found = watched_by(runs)
    assert found is not None
    assert found.shown == images
    assert [group.label for group in found.groups] == ["layer", "batch"]


def test_answers_to_fewer_images_than_are_shown_are_no_error() -> None:
    trained, answered = _answered(Norm.BATCH, 1)
    few = replace(answered, answers=answered.answers[:1])
    found = watched_by((_run(Norm.BATCH, watched_event(example_png), trained, few),))
    assert found is not None
    assert [_text(item.lines[1][-1]) for item in captioned(found, Signs())][1:] == ["● –"] * 9


def test_a_class_nobody_has_named_has_its_number() -> None:
    image = WatchedImage(index=0, true_class=3, png=example_png(0))
    run = replace(_run(Norm.BATCH), data=None, watched=WatchedShown(images=(image,)))
    found = watched_by((run,))
    assert found is not None
    assert _text(captioned(found, Signs())[0].lines[0][0]) == "class 3"
    assert _text(title(found, 10, Signs(ascii_only=True))) == "test images  o batch"


def test_where_not_every_class_has_an_image_the_title_says_of_how_many() -> None:
    found = watched_by((_run(Norm.BATCH, watched_event(example_png)),))
    assert found is not None
    assert _text(title(found, 4, Signs())).startswith("test images of 4 of 10 classes")
    assert _text(title(found, 10, Signs())).startswith("test images  ")
