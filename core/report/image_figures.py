"""Pictures of test images and of what was taken for what."""

import base64
import io
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from core.report.figure_text import drawable
from core.report.picture_plan import MOST_MISCLASSIFIED, Picture, shown_misclassified
from core.results import number_format
from core.results.labelled_runs import LabelledRun
from core.runs.events import Misclassified

_COLUMNS: Final = 5
_MOST_CLASSES_WITH_NUMBERS: Final = 20
_DARK_CELL: Final = 0.5  # share of a class above which its cell needs white letters
_DARKEST: Final = 0.4  # of the run's colour: what a whole class is drawn in


def misclassified(figure: Figure, picture: Picture) -> None:
    """Draw ten misclassified images, five a row, each with its true and its predicted class."""
    (run,) = picture.runs
    figure.set_size_inches(9, 4.9)
    figure.suptitle(f"Misclassified test images: {drawable(run.label)}", x=0.01, ha="left", fontsize=11)
    grid = figure.subplots(MOST_MISCLASSIFIED // _COLUMNS, _COLUMNS)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, found in zip(grid.flat, shown_misclassified(run), strict=False):
        _draw_image(axes, run, found)


def confusion(figure: Figure, picture: Picture) -> None:
    """Draw how the images of each class were classified, as shares of the class, with their counts."""
    (run,) = picture.runs
    test = run.state.tests[-1]
    counts = np.array(test.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure.set_size_inches(7.2, 6.2)
    axes = figure.subplots()
    axes.grid(visible=False)
    drawn = axes.imshow(shares, cmap=_shades(run.style.colour.on_light), vmin=0, vmax=1)
    figure.colorbar(drawn, ax=axes, label="share of the true class", shrink=0.8)
    names = [drawable(run.class_name(index)) for index in range(len(counts))]
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(f"Confusion after epoch {test.epoch}: {drawable(run.label)}", loc="left")
    if len(counts) <= _MOST_CLASSES_WITH_NUMBERS:
        for (true, predicted), count in np.ndenumerate(counts):
            color = "white" if shares[true, predicted] > _DARK_CELL else "black"
            axes.text(predicted, true, f"{count}", ha="center", va="center", fontsize=8.5, color=color)


def _shades(color: str) -> LinearSegmentedColormap:
    """Return shades from white over `color`, at one half, to a dark one."""
    red, green, blue = to_rgb(color)
    dark = to_hex((_DARKEST * red, _DARKEST * green, _DARKEST * blue))
    return LinearSegmentedColormap.from_list("shares", ["white", color, dark])


def _draw_image(axes: Axes, run: LabelledRun, found: Misclassified) -> None:
    true, predicted = (drawable(run.class_name(index)) for index in (found.true_class, found.predicted_class))
    axes.set_title(
        f"true: {true}\npredicted: {predicted}\n{number_format.percent(found.confidence, 1)} sure", fontsize=9
    )
    try:
        axes.imshow(pixels(found.png), interpolation="nearest")
    except (ValueError, OSError, SyntaxError):  # Pillow raises all three for a broken PNG
        axes.text(0.5, 0.5, "image unreadable", transform=axes.transAxes, ha="center", fontsize=9)


def pixels(png: str) -> NDArray[np.uint8]:
    """Decode a PNG in base64 to uint8 (height, width, 3)."""
    with Image.open(io.BytesIO(base64.b64decode(png, validate=True))) as image:
        return np.asarray(image.convert("RGB"))
