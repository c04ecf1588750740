"""Lines of a network in a plot: of one run, or the mean of several seeds with its band."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes

from core.results.labelled_runs import LabelledRun
from core.results.run_styles import RunStyle
from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series, Spread, spread

BAND_WORDS: Final = "line: mean of the seeds; band: lowest to highest seed; faint: each seed"

Dash = str | tuple[float, tuple[float, float]]
"""As matplotlib has it: an offset, then units drawn and not."""


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
    axes: Axes, group: SeedGroup, read: Callable[[LabelledRun], Series], own: Pen, label: str
) -> None:
    """Draw what `read` gives of each run of `group`: one line, or the mean with band and faint seeds."""
    curves = [read(run) for run in group.counted or group.runs]
    if len(group.runs) > 1:
        for run in group.runs:
            faint = _finite(read(run).values())
            axes.plot([x for x, _ in faint], [y for _, y in faint], color=own.color, linewidth=0.7, alpha=0.3)
    together = spread(curves)
    if len(curves) > 1:
        _draw_band(axes, together, own)
    line = _finite(zip(together.xs, together.ys, strict=True))
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


def mark_divergence(axes: Axes, group: SeedGroup, own: Pen) -> None:
    """Mark by an upright line where runs of `group` diverged, on an axis of epochs."""
    places = sorted({at for run in group.runs if (at := run.state.diverged_at) is not None})
    for number, place in enumerate(places):
        axes.axvline(place, color=own.color, linewidth=1.2, linestyle=(0, (1, 1)))
        axes.annotate(
            "✗ diverged" if number == 0 else "✗",
            xy=(place, 0.98),
            xycoords=axes.get_xaxis_transform(),
            xytext=(-3, 0),
            textcoords="offset points",
            color=own.color,
            fontsize=8,
            ha="right",
            va="top",
            rotation=90,
        )


def has_bands(groups: Iterable[SeedGroup]) -> bool:
    """Return whether a plot of `groups` has a mean and a band."""
    return any(len(group.counted) > 1 for group in groups)


def _draw_band(axes: Axes, together: Spread, own: Pen) -> None:
    finite = [place for place, height in enumerate(together.ys) if math.isfinite(height)]
    axes.fill_between(
        [together.xs[place] for place in finite],
        [together.lows[place] for place in finite],
        [together.highs[place] for place in finite],
        color=own.color,
        alpha=0.18,
        linewidth=0,
    )


def _finite(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]
