"""The picture of training images, as they are and as a run augments them."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.report.class_names import drawn_names
from core.report.image_figures import pixels
from core.report.picture_plan import SAMPLE_NAME_EMS, Picture, shown_samples
from core.runs.evidence_events import Crop, Sample

_NAME_SIZE: Final = 8.5  # points
_COLUMNS: Final = 10
_LEAST_COLUMNS: Final = 4  # wide, so that names and words have room


def samples(figure: Figure, picture: Picture) -> None:
    """Draw a column a class: its first training image, and below it its crops of the first epochs.

    Of more classes than fit side by side, the others are below.
    """
    (group,) = picture.groups
    (run,) = group.runs
    names = drawn_names(run.class_names, SAMPLE_NAME_EMS)
    shown = shown_samples(run)
    rows = 1 + max(len(sample.crops) for sample in shown)
    bands = -(-len(shown) // _COLUMNS)
    columns = min(len(shown), _COLUMNS)
    figure.set_size_inches(0.9 * max(columns, _LEAST_COLUMNS), 0.35 + (0.86 * rows + 0.3) * bands - 0.3)
    grid = figure.subplots(rows * bands, columns, squeeze=False)
    for axes in grid.flat:
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    for row, axes in enumerate(grid[:, 0]):
        axes.set_ylabel(f"epoch {row % rows}" if row % rows else "as it is", fontsize=9)
    for place, sample in enumerate(shown):
        first = place // _COLUMNS * rows
        _draw_column(grid[first : first + rows, place % _COLUMNS], sample, names[sample.true_class])


def _draw_column(column: Iterable[Axes], sample: Sample, name: str) -> None:
    """Draw a class's image, and its crops below it."""
    top, *below = column
    top.set_title(name, fontsize=_NAME_SIZE)
    try:
        image = pixels(sample.png)
    except (ValueError, OSError, SyntaxError):  # Pillow raises all three for a broken PNG
        top.text(0.5, 0.5, "unreadable", transform=top.transAxes, ha="center", fontsize=8)
        return
    versions = [image, *(augmented(image, crop) for crop in sample.crops)]
    for axes, version in zip((top, *below), versions, strict=False):
        axes.imshow(version, interpolation="nearest")


def augmented(image: NDArray[np.uint8], crop: Crop) -> NDArray[np.uint8]:
    """Return what training makes of `image` (height, width, 3) by `crop`, in the same size."""
    height, width = image.shape[:2]
    rows = _reflected(crop.top + np.arange(height), height)
    columns = _reflected(crop.left + np.arange(width), width)
    return image[rows][:, columns[::-1] if crop.mirrored else columns]


def _reflected(positions: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Reflect positions outside a line of `size` pixels back into it, without repeating its ends."""
    last = size - 1
    reflected: NDArray[np.intp] = last - np.abs(np.abs(positions) - last)
    return reflected
