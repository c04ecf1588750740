"""Pictures of all networks together: test accuracy and test loss, a line and a band a network."""

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.config.presets import LIMITS
from core.report.curve_figures import GREY, accuracies_on_test_images, count_epochs, losses_on_test_images
from core.report.figure_text import drawable, fitting, width
from core.report.picture_plan import Picture
from core.report.seed_lines import BAND_WORDS, draw_group, has_bands, mark_divergence, pen
from core.results.comparison import run_figures
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series
from core.runs.elapsed import elapsed

_WIDTH: Final = 9.0  # inches
_LEAST_LABEL_GAP: Final = 0.045  # of the axis, between two labels at its edge, so that they don't touch
_MOST_INSIDE: Final = 7  # entries of a legend within the plot; more stand below it
_LEGEND_SIZE: Final = 9  # points
_LEGEND_EMS: Final = 40.0
_LEGEND_HANDLE_EMS: Final = 5.0  # a line's piece and the gaps around it


def accuracy_by_epoch(figure: Figure, picture: Picture) -> None:
    """Draw test accuracy by epoch, with the limit and the published results."""
    axes = _axes(figure, "Test accuracy by epoch", "test accuracy, %")
    _mark_limit(axes)
    count_epochs(axes, picture.groups)
    for group in picture.groups:
        draw_group(axes, group, accuracies_on_test_images, pen(group.style), _name(group))
        mark_divergence(axes, group, pen(group.style))
    _mark_published(axes, picture.groups)
    _legend(figure, axes, picture.groups)


def loss_by_epoch(figure: Figure, picture: Picture) -> None:
    """Draw test loss by epoch."""
    axes = _axes(figure, "Test loss by epoch", "test loss, mean over images")
    count_epochs(axes, picture.groups)
    for group in picture.groups:
        draw_group(axes, group, losses_on_test_images, pen(group.style), _name(group))
        mark_divergence(axes, group, pen(group.style))
    _legend(figure, axes, picture.groups)


def accuracy_by_time(figure: Figure, picture: Picture) -> None:
    """Draw test accuracy against the seconds of training and evaluation it took."""
    axes = _axes(figure, "Test accuracy by time", "test accuracy, %")
    _mark_limit(axes)
    runs = [run.state for group in picture.groups for run in group.runs]
    shared = ", on a machine that runs shared" * any(run.side_by_side for run in runs)
    axes.set_xlabel(f"seconds of training and evaluation{shared}")
    for group in picture.groups:
        draw_group(axes, group, _accuracies_by_time, pen(group.style), _name(group))
    axes.set_xlim(left=0)
    _legend(figure, axes, picture.groups)


def _axes(figure: Figure, title: str, name: str) -> Axes:
    figure.set_size_inches(_WIDTH, 4.8)
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    axes.set_ylabel(name)
    return axes


def _mark_limit(axes: Axes) -> None:
    limit = 100 * LIMITS.accuracy
    axes.axhline(limit, color=GREY, linewidth=1.2, linestyle=(0, (1, 1.5)), label=f"{limit:.0f}%, the limit")


def _accuracies_by_time(run: LabelledRun) -> Series:
    pairs = zip(elapsed(run.state), run.state.epochs, strict=True)
    return {one.epoch: (time, 100 * one.test.accuracy) for time, one in pairs if one.test is not None}


def _name(group: SeedGroup) -> str:
    name = fitting(drawable(group.label), _LEGEND_EMS)
    counted, seeds = len(group.counted), len(group.runs)
    if seeds == 1:
        return name
    return f"{name}, {seeds} seeds" if counted == seeds else f"{name}, {counted} of {seeds} seeds"


def _legend(figure: Figure, axes: Axes, groups: Sequence[SeedGroup]) -> None:
    """Say what each line is: within the plot, or below it where there are too many."""
    title = BAND_WORDS if has_bands(groups) else None
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) <= _MOST_INSIDE:
        axes.legend(title=title, title_fontsize=8)
        return
    inches = (max(map(width, labels)) + _LEGEND_HANDLE_EMS) * _LEGEND_SIZE / 72
    columns = max(1, int(_WIDTH / inches))
    rows = math.ceil(len(labels) / columns)
    figure.set_size_inches(_WIDTH, 4.8 + 0.2 * rows)
    figure.legend(
        handles,
        labels,
        loc="outside lower left",
        ncols=columns,
        fontsize=_LEGEND_SIZE,
        title=title,
        title_fontsize=8,
        alignment="left",
    )


def _mark_published(axes: Axes, groups: Sequence[SeedGroup]) -> None:
    """Mark the published results at the right edge, those close to each other moved apart."""
    colors = {group.norm: group.style.colour.on_light for group in reversed(groups)}
    runs = [run for group in groups for run in group.counted]
    results = {run.norm: share for run in runs if (share := run_figures(run).published) is not None}
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, max(top, *(100 * share + 1 for share in results.values())) if results else top)
    gap = _LEAST_LABEL_GAP * (axes.get_ylim()[1] - bottom)
    below = -math.inf
    for norm, share in sorted(results.items(), key=lambda item: item[1]):
        height = max(100 * share, below + gap)
        below = height
        axes.annotate(
            f"published {norm} {100 * share:.2f}%",
            xy=(1, 100 * share),
            xytext=(1.02, height),
            xycoords=axes.get_yaxis_transform(),
            textcoords=axes.get_yaxis_transform(),
            arrowprops={"arrowstyle": "-|>", "color": colors[norm]},
            color=colors[norm],
            fontsize=9,
            va="center",
            annotation_clip=False,
        )
