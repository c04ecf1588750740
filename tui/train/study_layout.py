"""How a study's table, the verdict, plots and log share the screen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tui.train.study import Study
from tui.train.study_table import fitted

_FRAME: Final = 2  # columns, and lines
_LEAST_PLOT: Final = 38  # columns, with its frame
_LEAST_PLOT_LINES: Final = 8  # likewise
_LEAST_GRID: Final = 42  # columns, so that its title is whole
_LEAST_GRID_LINES: Final = 14  # of a table that does not fit
_LEAST_CARD: Final = 4  # lines
_MOST_CARD: Final = 7
_LEAST_LOG: Final = 3
_PLOTS_SHARE: Final = 0.45  # of the width, where there is plenty
_ALL: Final = 1_000  # lines: more than any table has
TALL, USUAL = 34, 22  # lines: the screen's breakpoints, without its lines at top and bottom


class Plots(StrEnum):
    """Which plots are shown, and how; the values are the screen's classes."""

    NONE = "-no-plots"
    ACCURACY = "-accuracy-alone"
    ABREAST = "-abreast"
    STACKED = "-stacked"


@dataclass(frozen=True, slots=True)
class StudyLayout:
    """How many lines each part has, frames included; 0 where it is not shown.

    Plots stand beside the table, which is `grid_width` columns wide, or below it where that is None.
    """

    bars: int
    verdict: int
    grid_width: int | None
    grid: int
    card: int
    plots: Plots
    log: int


def study_layout(study: Study, epochs: int, width: int, height: int, verdict: int) -> StudyLayout:
    """Share out `width` columns and `height` lines, of which the verdict takes `verdict`.

    All of the table comes first, then a plot, the log, and the other plot.
    """
    tall = height >= TALL
    usual = height >= USUAL
    bars = 3 if tall else 1 if usual else 0
    log = min(12, height // 5) if tall else 5 if usual else 0
    rest = height - bars - verdict
    usual_share = max(_LEAST_PLOT, round(_PLOTS_SHARE * width))
    for plots in (usual_share,) if tall else (usual_share, _LEAST_PLOT):  # there is room below on a tall one
        room = width - plots
        table = fitted(study, epochs, room - _FRAME, _ALL, 0)
        if len(table.columns) == len(study.columns):
            grid_width = max(table.width + _FRAME, min(_LEAST_GRID, room))
            return StudyLayout(bars, verdict, grid_width, *_beside(table.height + _FRAME, rest, log))
    table = fitted(study, epochs, width - _FRAME, _ALL, 0)
    return StudyLayout(bars, verdict, None, *_below(table.height + _FRAME, rest, log))


def _beside(table: int, rest: int, log: int) -> tuple[int, int, Plots, int]:
    """Share out `rest` lines between a table that wants `table` of them, its card, plots beside and a log."""
    if rest - log < min(table, _LEAST_GRID_LINES):
        log = 0
    lines = rest - log
    grid = min(table, lines)
    card = lines - grid if lines - grid >= _LEAST_CARD else 0
    plots = Plots.STACKED if lines >= 2 * _LEAST_PLOT_LINES else Plots.ACCURACY
    return (grid if card else lines), min(card, _MOST_CARD), plots, log


def _below(table: int, rest: int, log: int) -> tuple[int, int, Plots, int]:
    """Share out `rest` lines between a table that wants `table` of them, plots below and a log."""
    if table > rest:  # it is paged anyway
        table = max(rest - log - _LEAST_PLOT_LINES, min(rest, _LEAST_GRID_LINES))
    below = rest - table
    if below >= _LEAST_PLOT_LINES:
        return table, 0, Plots.ABREAST, log if below - log >= _LEAST_PLOT_LINES else 0
    log = below if log and below >= _LEAST_LOG else 0
    return rest - log, 0, Plots.NONE, log
