"""From points to signs in cells: Braille dots, eight to a cell, or one character each in ASCII.

plotext can draw Braille dots too, but takes more than twice as long, and where two curves share a cell, the
later one wipes out the other's dots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tui.charts.axis import Axis
from tui.charts.curve import Band, Curve, CurveStyle, Mark
from tui.charts.ink import PLAIN, Ink
from tui.charts.signs import Signs

_BLANK: Final = 0x2800
_ACROSS, _UP = 2, 4  # dots in a cell
_BITS: Final = ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))  # of each dot, from the bottom
_SPARSE: Final = 2  # of a band's dots, every second across and up is drawn

Place = tuple[int, int]  # column and row, from 0 at the left and the bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells between two axes."""

    x_axis: Axis
    y_axis: Axis
    columns: int
    rows: int

    def places(self, xs: Sequence[float], ys: Sequence[float], across: int = 1, up: int = 1) -> list[Place]:
        """Return where points stand when each cell is divided into `across` by `up`."""
        columns, rows = self.x_axis.cells(xs, self.columns * across), self.y_axis.cells(ys, self.rows * up)
        return list(zip(columns, rows, strict=True))


@dataclass(frozen=True, slots=True)
class Strokes:
    """The sign in every cell that a curve passes, and the position of its ink in `inks`.

    `points` are the cells in which there is a curve's mark.
    """

    inks: tuple[Ink, ...]
    cells: dict[Place, tuple[str, int]]
    points: frozenset[Place] = frozenset()


def strokes(curves: Sequence[Curve], bands: Sequence[Band], grid: Grid, signs: Signs) -> Strokes:
    """Draw `bands` and over them `curves`, each over those before.

    Where two of one style share a cell, both are seen; of two styles, the later one's is in front.
    """
    inks = [_ink(curve) for curve in curves]
    shades = [Ink(band.colour, faint=True) for band in bands]
    positions = {ink: position for position, ink in enumerate(dict.fromkeys([*shades, *inks]))}
    cells = _shaded(bands, [positions[shade] for shade in shades], grid, signs)
    lines: dict[CurveStyle, dict[Place, int]] = {style: {} for style in CurveStyle}
    for curve, ink in zip(curves, inks, strict=True):
        if signs.ascii_only:
            line = _joined(grid.places(curve.xs, curve.ys), grid.columns, grid.rows)
            drawn = dict.fromkeys(line, signs.line(curve))
        else:
            bits = _dots(curve, grid, signs)
            if curve.style is not CurveStyle.FAINT:
                before = lines[curve.style]
                bits = {place: own | before.get(place, 0) for place, own in bits.items()}
                before |= bits
            drawn = {place: chr(_BLANK | dots) for place, dots in bits.items()}
        position = positions[ink]
        cells |= {place: (sign, position) for place, sign in drawn.items()}
    return Strokes(tuple(positions), cells)


def pointed(drawn: Strokes, curves: Sequence[Curve], grid: Grid, signs: Signs) -> Strokes:
    """Put a mark at each point of `curves`; where several have one in a cell, a sign that says so."""
    there: dict[Place, list[Curve]] = {}
    for curve in curves:
        for place in dict.fromkeys(grid.places(curve.xs, curve.ys)):
            if _inside(place, grid.columns, grid.rows):
                there.setdefault(place, []).append(curve)
    marks = {place: _mark_of(sharing, signs) for place, sharing in there.items()}
    inks = tuple(dict.fromkeys([*drawn.inks, *(ink for _, ink in marks.values())]))
    cells = {place: (sign, inks.index(ink)) for place, (sign, ink) in marks.items()}
    return Strokes(inks, drawn.cells | cells, frozenset(cells))


def marked(drawn: Strokes, marks: Sequence[Mark], grid: Grid, signs: Signs) -> Strokes:
    """Put `marks` over what is `drawn`, as high as no point is hidden; of two in a cell the first is seen."""
    inks = tuple(dict.fromkeys([*drawn.inks, *(Ink(mark.colour) for mark in marks)]))
    columns = grid.x_axis.cells([mark.x for mark in marks], grid.columns)
    cells = {}
    shown = [
        (column, mark) for column, mark in zip(columns, marks, strict=True) if 0 <= column < grid.columns
    ]
    for column, mark in reversed(shown):
        free = (row for row in reversed(range(grid.rows)) if (column, row) not in drawn.points)
        cells[column, next(free, grid.rows - 1)] = signs.mark, inks.index(Ink(mark.colour))
    return Strokes(inks, drawn.cells | cells, drawn.points)


def _mark_of(sharing: Sequence[Curve], signs: Signs) -> tuple[str, Ink]:
    """Return the sign and ink of a cell in which each of `sharing` has a point."""
    first, *others = sharing
    if not others:
        return signs.pen(first), Ink(first.colour)
    alike = all(curve.colour == first.colour for curve in others)
    return signs.shared, Ink(first.colour) if alike else PLAIN


def _ink(curve: Curve) -> Ink:
    style = curve.style
    return Ink(curve.colour, faint=style is CurveStyle.FAINT, dim=style is CurveStyle.LINE)


def _shaded(
    bands: Sequence[Band], positions: Sequence[int], grid: Grid, signs: Signs
) -> dict[Place, tuple[str, int]]:
    """Return the cells of all bands; where several lie over each other, they take turns."""
    sharing: dict[Place, list[tuple[str, int]]] = {}
    for band, position in zip(bands, positions, strict=True):
        for place, bits in _band_dots(band, grid).items():
            sign = signs.shade if signs.ascii_only else chr(_BLANK | bits)
            sharing.setdefault(place, []).append((sign, position))
    return {(x, y): of_bands[(x + y) % len(of_bands)] for (x, y), of_bands in sharing.items()}


def _band_dots(band: Band, grid: Grid) -> dict[Place, int]:
    """Return the cells that a band covers, with the bits of the dots that shade it."""
    edges: dict[int, list[int]] = {}  # the heights of both edges above each dot of the x axis
    for ys in (band.lows, band.highs):
        for x, y in _joined(grid.places(band.xs, ys, _ACROSS, _UP), _ACROSS * grid.columns, _UP * grid.rows):
            edges.setdefault(x, []).append(y)
    cells: dict[Place, int] = {}
    for x, heights in edges.items():
        for y in range(min(heights), max(heights) + 1):
            if x % _SPARSE == y % _SPARSE == 0:
                _set(cells, x, y)
    return cells


def _set(cells: dict[Place, int], x: int, y: int) -> None:
    """Set one dot of the cell it is in."""
    place = x // _ACROSS, y // _UP
    cells[place] = cells.get(place, 0) | _BITS[y % _UP][x % _ACROSS]


def _joined(places: Sequence[Place], width: int, height: int) -> list[Place]:
    """Return what is within `width` by `height` of `places` and of straight lines from each to the next."""
    line: list[Place] = []
    for part in (_clipped(*pair, width, height) for pair in pairwise(places)):
        if part is None:
            continue
        (x, y), (next_x, next_y) = part
        across, up = next_x - x, next_y - y
        steps = max(abs(across), abs(up), 1)
        line += [
            (x + (2 * across * i + steps) // (2 * steps), y + (2 * up * i + steps) // (2 * steps))
            for i in range(steps + 1)
        ]
    if len(places) == 1 and _inside(places[0], width, height):
        return list(places)
    return line


def _inside(place: Place, width: int, height: int) -> bool:
    return 0 <= place[0] < width and 0 <= place[1] < height


def _clipped(start: Place, end: Place, width: int, height: int) -> tuple[Place, Place] | None:
    """Return the part of a straight line that is within `width` by `height`; None where none is."""
    if _inside(start, width, height) and _inside(end, width, height):
        return start, end
    (x, y), (across, up) = start, (end[0] - start[0], end[1] - start[1])
    first, last = 0.0, 1.0
    for at, step, most in ((x, across, width - 1), (y, up, height - 1)):
        if step == 0:
            if not 0 <= at <= most:
                return None
            continue
        near, far = sorted((-at / step, (most - at) / step))
        first, last = max(first, near), min(last, far)
    if first > last:
        return None
    begin, stop = ((round(x + share * across), round(y + share * up)) for share in (first, last))
    return begin, stop


def _dots(curve: Curve, grid: Grid, signs: Signs) -> dict[Place, int]:
    """Return the cells that a curve passes, with the bits of its dots."""
    period, drawn = (1, 1) if curve.style is CurveStyle.FAINT else signs.dash(curve.shape)
    cells: dict[Place, int] = {}
    places = grid.places(curve.xs, curve.ys, _ACROSS, _UP)
    for x, y in _joined(places, _ACROSS * grid.columns, _UP * grid.rows):
        if x % period < drawn:
            _set(cells, x, y)
    return cells
