"""Lines of a network in a plot: of one run, or the mean of several seeds with its band."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from matplotlib.axes import Axes

from core.results.labelled_runs import LabelledRun
from core.results.run_styles import RunStyle
from core.results.seed_groups import SeedGroup

BAND_WORDS: Final = "line: mean of the seeds; band: lowest to highest seed; faint: each seed"

Dash = str | tuple[float, tuple[float, float]]
"""As matplotlib has it: an offset, then units drawn and not."""
Points = Mapping[int, tuple[float, float]]
"""Where a run's curve is after each epoch: across and up."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What a line is drawn with; a hollow mark is white inside."""

    color: str
    marker: str
    dash: Dash = "-"
    hollow: bool = False


def pen(style: RunStyle) -> Pen:
    """Return what the runs of a style are drawn with."""
    shape = style.shape
    pause = shape.dash_period - shape.dash_drawn
    return Pen(
        color=style.colour.on_light,
        marker=shape.matplotlib_mark,
        dash=(0, (shape.dash_drawn, pause)) if pause else "-",
    )


def draw_group(
    axes: Axes, group: SeedGroup, read: Callable[[LabelledRun], Points], own: Pen, label: str
) -> None:
    """Draw what `read` gives of each run of `group`: one line, or the mean with band and faint seeds."""
    curves = [read(run) for run in group.counted or group.runs]
    if len(group.runs) > 1:
        for run in group.runs:
            faint = _finite(read(run).values())
            axes.plot([x for x, _ in faint], [y for _, y in faint], color=own.color, linewidth=0.7, alpha=0.3)
    if len(curves) > 1:
        _draw_band(axes, curves, own)
    line = _finite(_mean(curves))
    axes.plot(
        [x for x, _ in line],
        [y for _, y in line],
        color=own.color,
        marker=own.marker,
        markersize=4.5,
        markerfacecolor="white" if own.hollow else own.color,
        linestyle=own.dash,
        linewidth=1.6,
        label=label,
    )


def has_bands(groups: Iterable[SeedGroup]) -> bool:
    """Return whether a plot of `groups` has a mean and a band."""
    return any(len(group.counted) > 1 for group in groups)


def _mean(curves: list[Points]) -> list[tuple[float, float]]:
    return [
        (fmean(curve[epoch][0] for curve in curves), fmean(curve[epoch][1] for curve in curves))
        for epoch in _shared_epochs(curves)
    ]


def _draw_band(axes: Axes, curves: list[Points], own: Pen) -> None:
    heights = {epoch: [curve[epoch][1] for curve in curves] for epoch in _shared_epochs(curves)}
    finite = [epoch for epoch, values in heights.items() if all(map(math.isfinite, values))]
    axes.fill_between(
        [fmean(curve[epoch][0] for curve in curves) for epoch in finite],
        [min(heights[epoch]) for epoch in finite],
        [max(heights[epoch]) for epoch in finite],
        color=own.color,
        alpha=0.18,
        linewidth=0,
    )


def _shared_epochs(curves: list[Points]) -> list[int]:
    return sorted(set.intersection(*(set(curve) for curve in curves)))


def _finite(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]
