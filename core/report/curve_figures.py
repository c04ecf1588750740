"""Pictures of numbers that change from epoch to epoch."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from core.config.presets import LIMITS
from core.report.figure_text import drawable
from core.report.picture_plan import Picture
from core.results.comparison import run_figures
from core.results.labelled_runs import LabelledRun
from core.results.run_styles import RunStyle

_GREY: Final = "#555555"
_LEAST_LABEL_GAP: Final = 0.045  # of the axis, between two labels at its edge, so that they don't touch

_Dash = str | tuple[float, tuple[float, float]]  # as matplotlib has it: an offset, then units drawn and not


@dataclass(frozen=True, slots=True)
class _Pen:
    """What a line is drawn with; a hollow mark is white inside."""

    color: str
    marker: str
    dash: _Dash = "-"
    hollow: bool = False


def accuracy_by_epoch(figure: Figure, picture: Picture) -> None:
    """Draw test accuracy by epoch, a line a run, with the limit and the published results."""
    axes = _overlay_axes(figure, "Test accuracy by epoch")
    _count_epochs(axes, picture.runs)
    for run in picture.runs:
        epochs = [float(test.epoch) for test in run.state.tests]
        _line(axes, epochs, _accuracies(run), _pen(run.style), drawable(run.label))
    _mark_published(axes, picture.runs)
    axes.legend()


def accuracy_by_time(figure: Figure, picture: Picture) -> None:
    """Draw test accuracy against the seconds of training and evaluation it took, a line a run."""
    axes = _overlay_axes(figure, "Test accuracy by time")
    axes.set_xlabel("seconds of training and evaluation")
    for run in picture.runs:
        elapsed = accumulate(result.seconds for result in run.state.epochs)
        pairs = zip(elapsed, run.state.epochs, strict=True)
        times = [time for time, result in pairs if result.test is not None]
        _line(axes, times, _accuracies(run), _pen(run.style), drawable(run.label))
    axes.set_xlim(left=0)
    axes.legend()


def curves(figure: Figure, picture: Picture) -> None:
    """Draw one run's loss and accuracy by epoch, on training and test images, in two panels."""
    figure.set_size_inches(9, 3.6)
    left, right = figure.subplots(1, 2)
    (run,) = picture.runs
    pen = _pen(run.style)
    while_training = replace(pen, dash="--", hollow=True)
    on_test_images = replace(pen, dash="-")
    epochs = [float(result.epoch) for result in run.state.epochs]
    tested = [float(test.epoch) for test in run.state.tests]
    training = [100 * result.train.accuracy for result in run.state.epochs]
    _line(left, epochs, [result.train.loss for result in run.state.epochs], while_training, "training")
    _line(left, tested, [test.loss for test in run.state.tests], on_test_images, "test")
    _line(right, epochs, training, while_training, "training")
    _line(right, tested, _accuracies(run), on_test_images, "test")
    for axes, name in ((left, "loss"), (right, "accuracy, %")):
        axes.set_title(f"{name.partition(',')[0].capitalize()}: {drawable(run.label)}", loc="left")
        axes.set_ylabel(name)
        _count_epochs(axes, picture.runs)
        axes.legend()
        if not any(line.get_xdata().size for line in axes.lines):
            axes.text(0.5, 0.5, "no finite value", transform=axes.transAxes, ha="center", color=_GREY)


def _overlay_axes(figure: Figure, title: str) -> Axes:
    figure.set_size_inches(9, 4.8)
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    axes.set_ylabel("test accuracy, %")
    limit = 100 * LIMITS.accuracy
    axes.axhline(limit, color=_GREY, linewidth=1.2, linestyle=(0, (1, 1.5)), label=f"{limit:.0f}%, the limit")
    return axes


def _count_epochs(axes: Axes, runs: Sequence[LabelledRun]) -> None:
    """Let the axis run over whole epochs, also over those without a finite value."""
    axes.set_xlabel("epoch")
    axes.set_xlim(0.5, max(run.state.epochs[-1].epoch for run in runs) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))


def _line(axes: Axes, across: Iterable[float], up: Iterable[float], pen: _Pen, label: str) -> None:
    """Draw a line through the finite points."""
    points = [(x, y) for x, y in zip(across, up, strict=True) if math.isfinite(x) and math.isfinite(y)]
    axes.plot(
        [x for x, _ in points],
        [y for _, y in points],
        color=pen.color,
        marker=pen.marker,
        markersize=4.5,
        markerfacecolor="white" if pen.hollow else pen.color,
        linestyle=pen.dash,
        linewidth=1.6,
        label=label,
    )


def _mark_published(axes: Axes, runs: Sequence[LabelledRun]) -> None:
    """Mark the published results at the right edge, those close to each other moved apart."""
    colors = {run.norm: run.style.colour.on_light for run in reversed(runs)}
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


def _accuracies(run: LabelledRun) -> list[float]:
    return [100 * test.accuracy for test in run.state.tests]


def _pen(style: RunStyle) -> _Pen:
    shape = style.shape
    pause = shape.dash_period - shape.dash_drawn
    return _Pen(
        color=style.colour.on_light,
        marker=shape.matplotlib_mark,
        dash=(0, (shape.dash_drawn, pause)) if pause else "-",
    )
