"""Pictures of test images and of what was taken for what."""

import base64
import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from core.report.class_names import NAME_EMS, NAME_SIZE, drawn_names
from core.report.figure_text import drawable, fitting, width
from core.report.picture_plan import MOST_MISCLASSIFIED, Picture, misclassifying_run, shown_misclassified
from core.results import number_format
from core.results.confusions import confusion_counts
from core.runs.events import Misclassified

_COLUMNS: Final = 5
_MOST_CLASSES_WITH_NUMBERS: Final = 20
_IMAGE_EMS: Final = NAME_EMS  # an image of five in a row has as much room above it
_TITLE_EMS: Final = 56.0  # of a picture nine inches wide
_CONFUSION_TITLE_EMS: Final = 45.0
_DARK_CELL: Final = 0.5  # share of a class above which its cell needs white letters
_DARKEST: Final = 0.4  # of the run's colour: what a whole class is drawn in


def misclassified(figure: Figure, picture: Picture) -> None:
    """Draw ten misclassified images, five a row, each with its true and its predicted class."""
    (group,) = picture.groups
    run = misclassifying_run(group)
    if run is None:
        raise ValueError(f"{picture.file}: no misclassified image is known")
    names = drawn_names(run.class_names)
    shown = shown_misclassified(run)
    titles = [_image_title(found, names) for found in shown]
    lines = max(title.count("\n") for title in titles) + 1
    figure.set_size_inches(9, 4.0 + 0.3 * lines)
    heading = fitting(f"Misclassified test images: {drawable(run.label)}", _TITLE_EMS)
    figure.suptitle(heading, x=0.01, ha="left", fontsize=11)
    grid = figure.subplots(MOST_MISCLASSIFIED // _COLUMNS, _COLUMNS)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, found, title in zip(grid.flat, shown, titles, strict=False):
        axes.set_title(title, fontsize=NAME_SIZE)
        _draw_image(axes, found)


def confusion(figure: Figure, picture: Picture) -> None:
    """Draw how the images of each class were classified, as shares of the class, with their counts.

    Those of several seeds are added up.
    """
    (group,) = picture.groups
    runs = group.counted
    counts = np.array(confusion_counts(runs))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure.set_size_inches(7.2, 6.2)
    axes = figure.subplots()
    axes.grid(visible=False)
    drawn = axes.imshow(shares, cmap=_shades(group.style.colour.on_light), vmin=0, vmax=1)
    figure.colorbar(drawn, ax=axes, label="share of the true class", shrink=0.8)
    names = drawn_names(runs[0].class_names)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(labelsize=NAME_SIZE)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    summed = f", {len(runs)} seeds added up" if len(runs) > 1 else ""
    heading = f"Confusion after epoch {runs[0].state.tests[-1].epoch}: {drawable(group.label)}{summed}"
    figure.suptitle(fitting(heading, _CONFUSION_TITLE_EMS), x=0.01, ha="left", fontsize=11)
    if len(counts) <= _MOST_CLASSES_WITH_NUMBERS:
        for (true, predicted), count in np.ndenumerate(counts):
            color = "white" if shares[true, predicted] > _DARK_CELL else "black"
            axes.text(predicted, true, f"{count}", ha="center", va="center", fontsize=8.5, color=color)


def _shades(color: str) -> LinearSegmentedColormap:
    """Return shades from white over `color`, at one half, to a dark one."""
    red, green, blue = to_rgb(color)
    dark = to_hex((_DARKEST * red, _DARKEST * green, _DARKEST * blue))
    return LinearSegmentedColormap.from_list("shares", ["white", color, dark])


def _image_title(found: Misclassified, names: Sequence[str]) -> str:
    true = _class_line("true", names[found.true_class])
    predicted = _class_line("predicted", names[found.predicted_class])
    return f"{true}\n{predicted}\n{number_format.percent(found.confidence, 1)} sure"


def _class_line(kind: str, name: str) -> str:
    """Return what a class is to an image; a long name has a line of its own."""
    line = f"{kind}: {name}"
    return line if width(line) <= _IMAGE_EMS else f"{kind}:\n{name}"


def _draw_image(axes: Axes, found: Misclassified) -> None:
    try:
        axes.imshow(pixels(found.png), interpolation="nearest")
    except (ValueError, OSError, SyntaxError):  # Pillow raises all three for a broken PNG
        axes.text(0.5, 0.5, "image unreadable", transform=axes.transAxes, ha="center", fontsize=9)


def pixels(png: str) -> NDArray[np.uint8]:
    """Decode a PNG in base64 to uint8 (height, width, 3)."""
    with Image.open(io.BytesIO(base64.b64decode(png, validate=True)), formats=("PNG",)) as image:
        return np.asarray(image.convert("RGB"))
