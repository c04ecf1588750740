"""What plotext does for a plot: axes, ticks, level lines, and every sign in its cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, cast

from textual_plotext.plot import Plot

from tui.charts.ink import QUIET, Ink, Piece
from tui.charts.strokes import Strokes

BELOW: Final = 2  # rows below the cells: the axis and its labels
_SPACE: Final = " "
_LEVEL, _GUIDE = "─", "┈"  # plotext draws level lines as it draws axes
FREE: Final = _SPACE + _GUIDE  # what stands where no curve does


class _Matrix(Protocol):
    """What plotext has drawn: rows from the bottom, a sign and a colour a cell."""

    marker: list[list[str]]
    fullground: list[list[int | str]]

    def add_horizontal_string(
        self, col: int, row: int, string: str, fullground: int, *, check_space: bool
    ) -> bool:
        """Write `string`, with `check_space` only over blanks."""


class _Monitor(Protocol):
    """What draws a plotext figure."""

    matrix: _Matrix

    def set_size(self, size: list[int]) -> None:
        """Set width and height in cells."""

    def build_plot(self) -> None:
        """Fill the matrix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A plot in cells: `columns` by `rows` of them between the axes, the first at the left and the bottom.

    Ticks and guides are given by their column or row; `corner` is written below the left axis.
    """

    columns: int
    rows: int
    x_ticks: Mapping[int, str]
    y_ticks: Mapping[int, str]
    guides: Mapping[int, Ink]
    strokes: Strokes
    corner: str

    @property
    def left(self) -> int:
        """Columns before the first cell: the left axis and its labels."""
        return max(map(len, self.y_ticks.values())) + 1

    def lines(self) -> list[list[Piece]]:
        """Return the drawn lines, from the top."""
        # plotext takes numbers up to 255 for colours, and gives them back cell by cell
        inks = (*self.strokes.inks, *self.guides.values(), QUIET)
        matrix = self._drawn(quiet=len(inks) - 1)
        rows = zip(reversed(matrix.marker), reversed(matrix.fullground), strict=True)
        return [list(_pieces(signs, numbers, inks)) for signs, numbers in rows]

    def _drawn(self, *, quiet: int) -> _Matrix:
        plot = Plot()
        plot.canvas_color("default")
        plot.axes_color("default")
        plot.ticks_color(quiet)
        plot.xaxes(lower=True, upper=False)
        plot.yaxes(left=True, right=False)
        plot.xlim(0, self.columns - 1)
        plot.ylim(0, self.rows - 1)
        plot.xticks(list(self.x_ticks), list(self.x_ticks.values()))
        plot.yticks(list(self.y_ticks), list(self.y_ticks.values()))
        for number, row in enumerate(self.guides, len(self.strokes.inks)):
            plot.hline(row, color=number)
        self._scatter(plot)
        monitor = cast("_Monitor", plot.monitor)  # type: ignore[attr-defined] # textual-plotext's stub lacks it
        monitor.set_size([self.left + self.columns, self.rows + BELOW])
        monitor.build_plot()  # Plot.build would go on and write the colours as escape codes
        monitor.matrix.add_horizontal_string(0, 0, self.corner, quiet, check_space=True)
        return monitor.matrix

    def _scatter(self, plot: Plot) -> None:
        """Put every sign into its cell: those of one ink together, or plotext would take ages."""
        drawn: list[tuple[list[int], list[int], list[str]]] = [([], [], []) for _ in self.strokes.inks]
        for (column, row), (sign, number) in self.strokes.cells.items():
            columns, rows, signs = drawn[number]
            columns.append(column)
            rows.append(row)
            signs.append(sign)
        for number, (columns, rows, signs) in enumerate(drawn):
            plot.scatter(columns, rows, marker=signs, color=number)  # type: ignore[arg-type] # a sign a point


def _pieces(signs: Sequence[str], numbers: Sequence[int | str], inks: Sequence[Ink]) -> Iterator[Piece]:
    """Yield a line's cells, those of one ink together; a blank takes the ink before it."""
    begin, current = 0, numbers[0]
    for column, (sign, number) in enumerate(zip(signs, numbers, strict=True)):
        if number != current and sign != _SPACE:
            yield _piece(signs[begin:column], current, inks)
            begin, current = column, number
    yield _piece(signs[begin:], current, inks)


def _piece(signs: Sequence[str], number: int | str, inks: Sequence[Ink]) -> Piece:
    text = "".join(signs)
    if not isinstance(number, int) or inks[number] == QUIET:
        return Piece(text, QUIET)
    return Piece(text.replace(_LEVEL, _GUIDE), inks[number])
