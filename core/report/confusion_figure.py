"""The picture of a confusion matrix: of few classes with counts, of up to a hundred with their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, PowerNorm, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from core.report.class_names import NAME_SIZE, drawn_names
from core.report.figure_text import drawable, fitting, width
from core.report.picture_plan import MOST_NAMED_IN_CONFUSION, Picture
from core.results.confusions import confusion_counts

_MOST_UPRIGHT: Final = 10  # classes; of more, names stand on end, which takes less room
_MOST_WITH_NUMBERS: Final = 20
_LEAST_INCHES: Final = (7.2, 6.2)
_UNNAMED_INCHES: Final = (10.0, 9.0)
_BESIDE_INCHES: Final = (
    2.3,
    1.6,
)  # what is right of the matrix, and what is above and below it, without names
_BAR_INCHES: Final = 1.08  # of the width are the bar of shades and its words
_TITLE_EMS_AN_INCH: Final = 6.25
_SMALL: Final = 7  # points: names of many classes
_LINE: Final = 1.35  # of a name, in units of its size
_NUMBER_SIZE: Final = 8.5
_DIGIT_EMS: Final = 0.65
_POINTS_AN_INCH: Final = 72
_DARK_CELL: Final = 0.5  # share of a class above which its cell needs white letters
_DARKEST: Final = 0.4  # of the run's colour: what a whole class is drawn in


@dataclass(frozen=True, slots=True)
class _Layout:
    """How large the picture is, in inches, and its names, in points, 0 for none; `numbers` is the counts'."""

    inches: tuple[float, float]
    names: int
    numbers: bool


def confusion(figure: Figure, picture: Picture) -> None:
    """Draw how the images of each class were classified, as shares of the class.

    Counts of several seeds are added up, and written where there is room for them.
    """
    (group,) = picture.groups
    runs = group.counted
    counts = np.array(confusion_counts(runs))
    names = drawn_names(runs[0].class_names[: len(counts)]) if len(counts) <= MOST_NAMED_IN_CONFUSION else ()
    layout = _layout(counts, names)
    figure.set_size_inches(*layout.inches)
    axes = figure.subplots()
    axes.grid(visible=False)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    # the root shows small shares too, which no number tells
    norm = Normalize(0, 1) if layout.numbers else PowerNorm(0.5, 0, 1)
    drawn = axes.imshow(shares, cmap=_shades(group.style.colour.on_light), norm=norm)
    beside = _BAR_INCHES / layout.inches[0]
    figure.colorbar(drawn, ax=axes, label="share of the true class", shrink=0.8, fraction=beside)
    _name_axes(axes, names, layout)
    summed = f", {len(runs)} seeds added up" if len(runs) > 1 else ""
    heading = f"Confusion after epoch {runs[0].state.tests[-1].epoch}: {drawable(group.label)}{summed}"
    room = _TITLE_EMS_AN_INCH * layout.inches[0]
    figure.suptitle(fitting(heading, room), x=0.01, ha="left", fontsize=11)
    if layout.numbers:
        _write_counts(axes, counts, shares)


def _layout(counts: NDArray[np.int64], names: Sequence[str]) -> _Layout:
    """Return the least size at which neither names nor counts lie on each other, or a usual one."""
    if not names:
        return _Layout(_UNNAMED_INCHES, 0, numbers=False)
    numbers = len(counts) <= _MOST_WITH_NUMBERS
    size = NAME_SIZE if numbers else _SMALL
    digits = len(str(counts.max())) if numbers else 0
    cell = max(_LINE * size, (digits * _DIGIT_EMS + 1) * _NUMBER_SIZE if numbers else 0.0)
    side = (cell * len(counts) + size * max(map(width, names))) / _POINTS_AN_INCH
    across, down = (
        max(least, side + more) for least, more in zip(_LEAST_INCHES, _BESIDE_INCHES, strict=True)
    )
    return _Layout((across, down), size, numbers=numbers)


def _name_axes(axes: Axes, names: Sequence[str], layout: _Layout) -> None:
    by_number = "" if names else ", by its number"
    axes.set_xlabel(f"predicted class{by_number}")
    axes.set_ylabel(f"true class{by_number}")
    if not names:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return
    if len(names) <= _MOST_UPRIGHT:
        axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    else:
        axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(labelsize=layout.names)


def _write_counts(axes: Axes, counts: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
    for (true, predicted), count in np.ndenumerate(counts):
        color = "white" if shares[true, predicted] > _DARK_CELL else "black"
        axes.text(predicted, true, f"{count}", ha="center", va="center", fontsize=_NUMBER_SIZE, color=color)


def _shades(color: str) -> LinearSegmentedColormap:
    """Return shades from white over `color`, at one half, to a dark one."""
    red, green, blue = to_rgb(color)
    dark = to_hex((_DARKEST * red, _DARKEST * green, _DARKEST * blue))
    return LinearSegmentedColormap.from_list("shares", ["white", color, dark])
