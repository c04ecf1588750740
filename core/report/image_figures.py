"""The picture of test images that a network got wrong."""

import base64
import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from core.report.class_names import NAME_EMS, NAME_SIZE, drawn_names
from core.report.figure_text import drawable, fitting, width
from core.report.picture_plan import MOST_MISCLASSIFIED, Picture, misclassifying_run, shown_misclassified
from core.results import number_format
from core.runs.events import Misclassified

_COLUMNS: Final = 5
_IMAGE_EMS: Final = NAME_EMS  # an image of five in a row has as much room above it
_TITLE_EMS: Final = 56.0  # of a picture nine inches wide


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
