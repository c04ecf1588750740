"""Drawing the planned pictures; the only room of the report that imports matplotlib."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from core.report.confusion_figure import confusion
from core.report.curve_figures import curves
from core.report.figure_text import families
from core.report.image_figures import misclassified
from core.report.overlay_figures import accuracy_by_epoch, accuracy_by_time, loss_by_epoch
from core.report.picture_plan import Picture, PictureKind
from core.report.sample_figures import samples

_DOTS_AN_INCH: Final = 120
_STYLE: Final = {
    "font.size": 10,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.1,  # inches
    "figure.constrained_layout.h_pad": 0.1,
    "text.parse_math": False,  # a class may be called "$"
}
_FIGURES: Final[dict[PictureKind, Callable[[Figure, Picture], None]]] = {
    PictureKind.ACCURACY_BY_EPOCH: accuracy_by_epoch,
    PictureKind.LOSS_BY_EPOCH: loss_by_epoch,
    PictureKind.ACCURACY_BY_TIME: accuracy_by_time,
    PictureKind.SAMPLES: samples,
    PictureKind.CURVES: curves,
    PictureKind.MISCLASSIFIED: misclassified,
    PictureKind.CONFUSION: confusion,
}


def draw(picture: Picture, path: Path) -> None:
    """Draw `picture` to the PNG file `path`; the same picture gives the same bytes.

    Raises:
        OSError: the file can't be written.
    """
    with _our_style():
        # matplotlib would write its version into the file.
        compose(picture).savefig(path, format="png", metadata={"Software": None})


def compose(picture: Picture) -> Figure:
    """Return `picture` as a figure with everything in it."""
    with _our_style():
        figure = Figure(
            dpi=_DOTS_AN_INCH, facecolor="white"
        )  # white, so that it can be read on a dark page too
        FigureCanvasAgg(figure)
        _FIGURES[picture.kind](figure, picture)
        return figure


def _our_style() -> AbstractContextManager[None]:
    # A user's matplotlibrc must not change a report, so matplotlib's own defaults are put under our style.
    return style.context(["default", _STYLE, {"font.family": list(families())}])
