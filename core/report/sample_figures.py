"""The picture of training images, as they are and as a run augments them."""

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.report.class_names import drawn_names
from core.report.figure_text import fitting
from core.report.image_figures import pixels
from core.report.picture_plan import Picture
from core.runs.evidence_events import Crop

_NAME_SIZE: Final = 8.5  # points
_NAME_EMS: Final = 6.8  # 0.8 inches of an image and its gap


def samples(figure: Figure, picture: Picture) -> None:
    """Draw a column a class: its first training image, and below it its crops of the first epochs."""
    (group,) = picture.groups
    (run,) = group.runs
    names = drawn_names(run.class_names)
    shown = run.state.samples.samples if run.state.samples else ()
    rows = 1 + max(len(sample.crops) for sample in shown)
    figure.set_size_inches(9, 0.35 + 0.86 * rows)
    grid = figure.subplots(rows, len(shown), squeeze=False)
    for axes in grid.flat:
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    for row, axes in enumerate(grid[:, 0]):
        axes.set_ylabel(f"epoch {row}" if row else "as it is", fontsize=9)
    for sample, column in zip(shown, grid.T, strict=True):
        column[0].set_title(fitting(names[sample.true_class], _NAME_EMS), fontsize=_NAME_SIZE)
        try:
            image = pixels(sample.png)
        except (ValueError, OSError, SyntaxError):  # Pillow raises all three for a broken PNG
            column[0].text(0.5, 0.5, "unreadable", transform=column[0].transAxes, ha="center", fontsize=8)
            continue
        versions = [image, *(augmented(image, crop) for crop in sample.crops)]
        for axes, version in zip(column, versions, strict=False):
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
