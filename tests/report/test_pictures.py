from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from core.config.presets import Norm
from core.report.curve_figures import accuracy_by_epoch, accuracy_by_time, curves
from core.report.image_figures import misclassified
from core.report.picture_plan import Picture, PictureKind, is_picture_name, plan_pictures
from core.report.pictures import draw
from core.results.labelled_runs import label_runs
from core.runs.run_state import RunState
from tests.report.example_runs import config, example_states, finished_events, state
from tests.report.partial_runs import demo, diverged, partial_states, waiting


def _figure() -> Figure:
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure


def _kinds(states: Sequence[RunState]) -> list[PictureKind]:
    return [picture.kind for picture in plan_pictures(label_runs(states))]


def _plan(states: Sequence[RunState], kind: PictureKind) -> Picture:
    return next(picture for picture in plan_pictures(label_runs(states)) if picture.kind is kind)


def _points(figure: Figure, label: str, panel: int = 0) -> list[tuple[float, float]]:
    (line,) = (line for line in figure.axes[panel].lines if line.get_label() == label)
    return [(float(x), float(y)) for x, y in np.column_stack(line.get_data())]


def test_only_what_there_is_is_planned() -> None:
    assert _kinds([waiting()]) == []
    assert _kinds([demo()]) == ["accuracy-by-epoch", "accuracy-by-time", "curves", "confusion"]


def test_every_planned_name_is_known_as_ours_and_unique() -> None:
    names = [picture.file for picture in plan_pictures(label_runs(partial_states()))]
    assert len(set(names)) == len(names)
    assert all(map(is_picture_name, names))
    assert not any(map(is_picture_name, ["holiday.png", "curves.jpg", "my-curves.png.txt", "a/curves.png"]))


def test_a_picture_says_what_it_shows() -> None:
    picture = _plan(example_states(), PictureKind.MISCLASSIFIED)
    assert picture.alternative.startswith(
        "Test images that batch misclassified: cat taken for dog (41.0% sure); truck taken for automobile "
    )


def test_the_overlay_has_every_run_the_limit_and_the_published_results() -> None:
    figure = _figure()
    accuracy_by_epoch(figure, _plan(example_states(), PictureKind.ACCURACY_BY_EPOCH))
    assert _points(figure, "batch")[-1] == pytest.approx((20, 73.51))
    assert [y for _, y in _points(figure, "70%, the limit")] == [70, 70]
    assert [text.get_text() for text in figure.axes[0].texts] == [
        "published layer 67.66%",
        "published group 70.36%",
        "published batch 73.42%",
    ]


def test_time_is_that_of_training_and_evaluation_together() -> None:
    run = example_states()[0]
    figure = _figure()
    accuracy_by_time(figure, _plan([run], PictureKind.ACCURACY_BY_TIME))
    first = run.epochs[0]
    assert first.test is not None
    assert _points(figure, "batch")[0][0] == pytest.approx(first.train.seconds + first.test.seconds)


def test_losses_that_are_no_numbers_are_left_out() -> None:
    figure = _figure()
    curves(figure, _plan([diverged()], PictureKind.CURVES))
    assert [epoch for epoch, _ in _points(figure, "training", panel=0)] == [1]
    assert [epoch for epoch, _ in _points(figure, "training", panel=1)] == [1, 2]


def test_a_curve_without_any_number_says_so() -> None:
    run = diverged()
    figure = _figure()
    curves(figure, _plan([replace(run, epochs=run.epochs[1:])], PictureKind.CURVES))
    assert [text.get_text() for text in figure.axes[0].texts] == ["no finite value"]
    assert not figure.axes[1].texts


def test_misclassified_images_are_drawn_pixel_by_pixel_with_their_classes() -> None:
    figure = _figure()
    misclassified(figure, _plan(example_states(), PictureKind.MISCLASSIFIED))
    assert len(figure.axes) == 10
    first = figure.axes[0]
    assert first.get_title() == "true: cat\npredicted: dog\n41.0% sure"
    (image,) = first.images
    assert image.get_interpolation() == "nearest"
    assert image.get_size() == (32, 32)


def test_an_image_that_is_none_does_not_stop_the_report(tmp_path: Path) -> None:
    run = example_states()[0]
    assert run.misclassified is not None
    first = run.misclassified.images[0]
    broken = tuple(replace(first, png=png) for png in ("", "no base64", "AAAA"))
    states = [replace(run, misclassified=replace(run.misclassified, images=broken))]
    figure = _figure()
    misclassified(figure, _plan(states, PictureKind.MISCLASSIFIED))
    assert [text.get_text() for axes in figure.axes for text in axes.texts] == ["image unreadable"] * 3
    draw(_plan(states, PictureKind.MISCLASSIFIED), tmp_path / "picture.png")


def test_class_names_that_the_font_lacks_are_drawn_without_a_warning(tmp_path: Path) -> None:
    run = state(finished_events(config(Norm.BATCH), epochs=1))
    assert run.data is not None
    names = ("$x^$", "猫", "\udcff", "a\tb", *run.data.classes[4:])
    states = [replace(run, data=replace(run.data, classes=names))]
    for kind in (PictureKind.CONFUSION, PictureKind.MISCLASSIFIED):
        draw(_plan(states, kind), tmp_path / f"{kind}.png")
        assert (tmp_path / f"{kind}.png").is_file()


def test_a_picture_names_no_program_and_no_time(tmp_path: Path) -> None:
    draw(_plan(example_states(), PictureKind.CURVES), tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as image:
        assert set(image.info) == {"dpi"}
        assert image.size == (1080, 432)


def test_a_persons_own_settings_change_no_picture(tmp_path: Path) -> None:
    picture = _plan(example_states(), PictureKind.CURVES)
    draw(picture, tmp_path / "plain.png")
    with mpl.rc_context({"axes.facecolor": "black", "lines.linewidth": 9, "savefig.dpi": 40}):
        draw(picture, tmp_path / "styled.png")
        assert mpl.rcParams["axes.facecolor"] == "black"
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "styled.png").read_bytes()


@pytest.mark.parametrize("epochs", [1, 2, 20])
def test_the_axis_counts_whole_epochs(epochs: int) -> None:
    run = state(finished_events(config(Norm.BATCH), epochs))
    figure = _figure()
    accuracy_by_epoch(figure, _plan([run], PictureKind.ACCURACY_BY_EPOCH))
    low, high = figure.axes[0].get_xlim()
    ticks = [tick for tick in figure.axes[0].get_xticks() if low <= tick <= high]
    assert ticks
    assert all(tick == round(tick) for tick in ticks)
