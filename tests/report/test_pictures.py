from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from core.config.presets import Norm
from core.report.confusion_figure import confusion
from core.report.curve_figures import curves
from core.report.image_figures import misclassified
from core.report.overlay_figures import accuracy_by_epoch, accuracy_by_time, loss_by_epoch
from core.report.picture_plan import Picture, PictureKind, is_picture_name, plan_pictures
from core.report.pictures import compose, draw
from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.runs.run_state import RunState
from tests.report.example_runs import config, example_states, finished_events, state
from tests.report.partial_runs import demo, diverged, ended_by_its_loss, partial_states, waiting
from tests.report.study_runs import study_states, under_way

Draw = Callable[[Figure, Picture], None]


def _figure() -> Figure:
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure


def _pictures(states: Sequence[RunState]) -> tuple[Picture, ...]:
    return plan_pictures(seed_groups(label_runs(states)))


def _kinds(states: Sequence[RunState]) -> list[PictureKind]:
    return [picture.kind for picture in _pictures(states)]


def _plan(states: Sequence[RunState], kind: str) -> Picture:
    return next(picture for picture in _pictures(states) if picture.kind == kind)


def _points(figure: Figure, label: str, panel: int = 0) -> list[tuple[float, float]]:
    (line,) = (line for line in figure.axes[panel].lines if line.get_label() == label)
    return [(float(x), float(y)) for x, y in np.column_stack(line.get_data())]


def test_only_what_there_is_is_planned() -> None:
    assert _kinds([waiting()]) == []
    assert _kinds([demo()]) == [
        "accuracy-by-epoch",
        "loss-by-epoch",
        "accuracy-by-time",
        "curves",
        "confusion",
    ]


def test_every_planned_name_is_known_as_ours_and_unique() -> None:
    names = [picture.file for picture in _pictures(partial_states())]
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


def test_a_network_of_several_seeds_is_one_line_with_a_band_and_one_entry() -> None:
    figure = _figure()
    loss_by_epoch(figure, _plan(study_states(3), PictureKind.LOSS_BY_EPOCH))
    (axes,) = figure.axes
    assert axes.get_legend_handles_labels()[1] == ["batch, 3 seeds", "layer, 3 seeds", "group, 3 seeds"]
    assert _points(figure, "batch, 3 seeds")[-1] == pytest.approx((3, 1.1598 - 0.002))  # seed 1 is the mean
    band = np.asarray(axes.collections[0].get_paths()[0].vertices)
    last = band[band[:, 0] == 3, 1]
    assert (last.min(), last.max()) == pytest.approx((1.1598 - 0.004, 1.1598))
    assert len(axes.lines) == 3 * (3 + 1)
    legend = axes.get_legend()
    assert legend is not None
    assert legend.get_title().get_text().startswith("line: mean of the seeds; band: lowest to highest seed")


def test_a_seed_that_did_not_finish_is_not_in_the_mean() -> None:
    figure = _figure()
    accuracy_by_epoch(figure, _plan(list(under_way(3)), PictureKind.ACCURACY_BY_EPOCH))
    assert _points(figure, "batch, 2 of 3 seeds")[-1] == pytest.approx((3, 52.85))


def test_a_study_has_no_more_pictures_for_its_seeds() -> None:
    kinds = _kinds(study_states(8))
    assert len(kinds) == 4 + 3 * 3
    assert len(_kinds(study_states(1))) == len(kinds)


def test_a_legend_of_many_networks_stands_below_the_plot(tmp_path: Path) -> None:
    runs = [replace(config(norm), epochs=2, batch_size=size) for norm in Norm for size in range(1, 9)]
    states = [state(finished_events(run, 2), f"{run.norm}-{run.batch_size}") for run in runs]
    figure = _figure()
    accuracy_by_epoch(figure, _plan(states, PictureKind.ACCURACY_BY_EPOCH))
    assert figure.axes[0].get_legend() is None
    (legend,) = figure.legends
    assert len(legend.get_texts()) == 24 + 1
    draw(_plan(states, PictureKind.ACCURACY_BY_EPOCH), tmp_path / "many.png")


def test_the_confusion_of_several_seeds_is_added_up() -> None:
    figure = _figure()
    confusion(figure, _plan(study_states(3), PictureKind.CONFUSION))
    counts = [int(text.get_text()) for text in figure.axes[0].texts]
    assert sum(counts) == 3 * 10_000
    assert counts[0] == 588 + 589 + 590


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


def _named(*names: str) -> list[RunState]:
    """Return a run whose first classes are called `names`."""
    run = state(finished_events(config(Norm.BATCH), epochs=1))
    assert run.data is not None
    return [replace(run, data=replace(run.data, classes=(*names, *run.data.classes[len(names) :])))]


_LONG_NAMES = (
    *("eighteen-letters-x", "north-norwegian-forest-cat-of-a-sort", "W" * 255, "\N{ARABIC LETTER SEEN}" * 40),
)


@pytest.mark.parametrize("names", [("$x^$", "\N{CJK UNIFIED IDEOGRAPH-732B}", "\udcff", "a\tb"), _LONG_NAMES])
def test_no_name_lies_on_another_and_none_is_drawn_as_squares(names: tuple[str, ...]) -> None:
    images, matrix = (compose(_plan(_named(*names), kind)) for kind in ("misclassified", "confusion"))
    for figure in (images, matrix):
        figure.canvas.draw()  # warns of a character that no font has, and a warning is an error
    for row in (images.axes[:5], images.axes[5:]):
        boxes = [axes.title.get_window_extent() for axes in row]
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
        assert boxes[0].x0 >= 0
        assert boxes[-1].x1 <= images.bbox.width
    labels = [*matrix.axes[0].get_yticklabels(), *matrix.axes[0].get_xticklabels()]
    assert len(labels) == 20
    for box in (label.get_window_extent() for label in labels):
        assert min(box.x0, box.y0) >= 0


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


@pytest.mark.parametrize(
    ("draw_picture", "kind"), [(curves, "curves"), (accuracy_by_epoch, "accuracy-by-epoch")]
)
def test_the_place_where_a_run_diverged_is_marked(draw_picture: Draw, kind: str) -> None:
    figure = _figure()
    draw_picture(figure, _plan([ended_by_its_loss()], kind))
    for axes in figure.axes:
        assert "✗ diverged" in [text.get_text() for text in axes.texts]
        upright = [xs for line in axes.lines if len(xs := np.unique(np.asarray(line.get_xdata()))) == 1]
        assert np.concatenate(upright) == pytest.approx([2.5], abs=0.01)
        assert axes.get_xlim()[1] == 3.5
