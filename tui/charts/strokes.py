"""From points to signs in cells: Braille dots, eight to a cell, or one character each in ASCII.

plotext can draw Braille dots too, but takes more than twice as long, and where two curves share a cell, the
later one wipes out the other's dots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tui.charts.axis import Axis
from tui.charts.curve import Curve, CurveStyle
from tui.charts.ink import Ink
from tui.charts.signs import Signs

_BLANK: Final = 0x2800
_ACROSS, _UP = 2, 4  # dots in a cell
_BITS: Final = ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))  # of each dot, from the bottom

Place = tuple[int, int]  # column and row, from 0 at the left and the bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells between two axes."""

    x_axis: Axis
    y_axis: Axis
    columns: int
    rows: int

    def places(self, curve: Curve, across: int = 1, up: int = 1) -> list[Place]:
        """Return where the curve's points stand when each cell is divided into `across` by `up`."""
        xs = self.x_axis.cells(curve.xs, self.columns * across)
        return list(zip(xs, self.y_axis.cells(curve.ys, self.rows * up), strict=True))


@dataclass(frozen=True, slots=True)
class Strokes:
    """The sign in every cell that a curve passes, and the position of its ink in `inks`."""

    inks: tuple[Ink, ...]
    cells: dict[Place, tuple[str, int]]


def strokes(curves: Sequence[Curve], grid: Grid, signs: Signs) -> Strokes:
    """Draw `curves`, each over those before; lines that share a cell are both seen."""
    inks = [Ink(curve.colour, faint=curve.style is CurveStyle.FAINT) for curve in curves]
    positions = {ink: position for position, ink in enumerate(dict.fromkeys(inks))}
    cells: dict[Place, tuple[str, int]] = {}
    lines: dict[Place, int] = {}
    for curve, ink in zip(curves, inks, strict=True):
        if curve.style is CurveStyle.MARKERS or signs.ascii_only:
            places = grid.places(curve)
            line = places if curve.style is CurveStyle.MARKERS else _joined(places)
            drawn = dict.fromkeys(line, signs.pen(curve))
        else:
            bits = _dots(curve, grid, signs)
            if curve.style is CurveStyle.LINE:
                bits = {place: own | lines.get(place, 0) for place, own in bits.items()}
                lines |= bits
            drawn = {place: chr(_BLANK | dots) for place, dots in bits.items()}
        position = positions[ink]
        cells |= {place: (sign, position) for place, sign in drawn.items()}
    return Strokes(tuple(positions), cells)


def _joined(places: Sequence[Place]) -> list[Place]:
    """Return `places` and what lies on the straight lines from each to the next."""
    line = []
    for (x, y), (next_x, next_y) in pairwise(places):
        across, up = next_x - x, next_y - y
        steps = max(abs(across), abs(up))
        line += [
            (x + (2 * across * i + steps) // (2 * steps), y + (2 * up * i + steps) // (2 * steps))
            for i in range(steps)
        ]
    return [*line, *places[-1:]]


def _dots(curve: Curve, grid: Grid, signs: Signs) -> dict[Place, int]:
    """Return the cells that a curve passes, with the bits of its dots."""
    period, drawn = (1, 1) if curve.style is CurveStyle.FAINT else signs.dash(curve.shape)
    cells: dict[Place, int] = {}
    for x, y in _joined(grid.places(curve, _ACROSS, _UP)):
        if x % period < drawn:
            place = x // _ACROSS, y // _UP
            cells[place] = cells.get(place, 0) | _BITS[y % _UP][x % _ACROSS]
    return cells
