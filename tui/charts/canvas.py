"""A plot's layout: what of its curves is drawn, and where."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tui.charts.axis import Axis, clock_axis, column_axis, log_axis, row_axis, window_axis
from tui.charts.curve import Band, ChartSpec, Curve, CurveStyle
from tui.charts.ink import PLAIN, Ink, Line, Piece
from tui.charts.shaping import apart, drawable, extremes, nearest, thinned
from tui.charts.sheet import BELOW, FREE, Sheet
from tui.charts.side_labels import side_labels
from tui.charts.sight import Window, whole
from tui.charts.signs import Signs
from tui.charts.strokes import Grid, marked, pointed, strokes

_CURSOR: Final = Piece("│", PLAIN)
_ROWS_A_LOG_TICK: Final = 2
_COLUMNS_A_TICK: Final = 10
_THINNINGS: Final = {  # in the order in which they are drawn: the last lies on top
    CurveStyle.FAINT: extremes,
    CurveStyle.LINE: thinned,
    CurveStyle.PLAIN: thinned,
    CurveStyle.MARKED: thinned,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plot's lines, from the top; its points stand in `grid`, from column `left` on."""

    spec: ChartSpec
    lines: tuple[Line, ...]
    grid: Grid
    left: int

    def lines_with(self, x: float | None) -> tuple[Line, ...]:
        """Return the lines with a cursor at `x`, where it hides no point."""
        if x is None:
            return self.lines
        column = self.left + self.grid.x_axis.cells([x], self.grid.columns)[0]
        if not self.left <= column < self.left + self.grid.columns:
            return self.lines
        return (*(_marked(line, column) for line in self.lines[:-BELOW]), *self.lines[-BELOW:])

    def stops(self) -> tuple[float, ...]:
        """Return the places along x where something can be read, from the left: one a column."""
        curves = [curve for curve in self.spec.curves if curve.style is not CurveStyle.FAINT]
        low, high = self.grid.x_axis.low, self.grid.x_axis.high
        all_xs = {x for curve in curves for x in _drawable(curve, log_y=self.spec.log_y).xs}
        xs = sorted(x for x in all_xs if low <= x <= high)
        return tuple(dict(zip(self.grid.x_axis.cells(xs, self.grid.columns), xs, strict=True)).values())

    def x_at(self, column: int) -> float:
        """Return what stands in a column of the lines, also beside the plot."""
        x_axis, share = self.grid.x_axis, (column - self.left) / (self.grid.columns - 1)
        return x_axis.low + share * (x_axis.high - x_axis.low)

    def stop_at(self, column: int) -> float | None:
        """Return the stop nearest to a column of the lines; None where nothing can be read."""
        stops = self.stops()
        index = nearest(stops, self.x_at(column))
        return None if index is None else stops[index]


def draw(
    spec: ChartSpec, width: int, height: int, signs: Signs, window: Window | None = None
) -> Drawing | None:
    """Draw `spec`, or its part in `window`, in `width` by `height` cells, at least 20 by 6.

    None while there is no point to draw.
    """
    curves = [curve for given in spec.curves if (curve := _drawable(given, log_y=spec.log_y)).xs]
    if not curves:
        return None
    bands = [band for given in spec.bands if (band := _drawable_band(given, log_y=spec.log_y)).xs]
    curves.sort(key=lambda curve: list(_THINNINGS).index(curve.style))
    rows = height - BELOW
    seen = [_cut(curve, window) for curve in curves]
    labels = side_labels(spec, _ended(curves, window), signs, width)
    y_axis = _y_axis(spec, curves, bands, rows, window)
    x_axis = _x_axis(spec, width - labels.width, window)
    corner = len(spec.x_label) + len(x_axis.labels[0]) // 2  # below the left axis, before the first tick
    y_labels = [label.rjust(corner) for label in y_axis.labels]
    columns = width - labels.width - max(map(len, y_labels)) - 1
    grid = Grid(x_axis, y_axis, columns, rows)
    lines_drawn = strokes(
        [_thinned(curve, x_axis, columns) for curve in seen if curve.xs], bands, grid, signs
    )
    points = [
        _points(curve, x_axis, columns) for curve in seen if curve.xs and curve.style is CurveStyle.MARKED
    ]
    with_points = pointed(lines_drawn, points, grid, signs)
    sheet = Sheet(
        columns=columns,
        rows=rows,
        x_ticks=dict(zip(x_axis.cells(x_axis.ticks, columns), x_axis.labels, strict=True)),
        y_ticks=dict(zip(y_axis.cells(y_axis.ticks, rows), y_labels, strict=True)),
        guides={
            row: Ink(guide.colour, faint=True)
            for guide in reversed(spec.guides)  # so that the first one has a row that two would take
            for row in y_axis.cells([guide.height], rows)
            if 0 <= row < rows
        },
        strokes=marked(with_points, spec.marks, grid, signs),
        corner=spec.x_label,
    )
    lines = sheet.lines()
    for line, label in zip(lines, [*labels.pieces(y_axis, rows), *[labels.blank] * BELOW], strict=True):
        line.append(label)
    return Drawing(spec, tuple(map(tuple, lines)), grid, sheet.left)


def _marked(line: Line, column: int) -> Line:
    """Return `line` with the cursor in `column`, unless a curve is there."""
    begin = 0
    for i, piece in enumerate(line):
        at = column - begin
        if at < len(piece.text):
            parts = (Piece(piece.text[:at], piece.ink), _CURSOR, Piece(piece.text[at + 1 :], piece.ink))
            return (*line[:i], *parts, *line[i + 1 :]) if piece.text[at] in FREE else line
        begin += len(piece.text)
    return line


def _drawable(curve: Curve, *, log_y: bool) -> Curve:
    xs, ys = drawable(curve.xs, curve.ys, log_y=log_y)
    return replace(curve, xs=xs, ys=ys)


def _drawable_band(band: Band, *, log_y: bool) -> Band:
    xs, lows = drawable(band.xs, band.lows, log_y=log_y)
    high_xs, highs = drawable(band.xs, band.highs, log_y=log_y)
    both = set(xs) & set(high_xs)
    return replace(
        band,
        xs=tuple(x for x in xs if x in both),
        lows=tuple(low for x, low in zip(xs, lows, strict=True) if x in both),
        highs=tuple(high for x, high in zip(high_xs, highs, strict=True) if x in both),
    )


def _thinned(curve: Curve, x_axis: Axis, columns: int) -> Curve:
    xs, ys = _THINNINGS[curve.style](curve.xs, curve.ys, x_axis.low, x_axis.high, columns)
    return replace(curve, xs=xs, ys=ys)


def _cut(curve: Curve, window: Window | None) -> Curve:
    """Return `curve` from its last point before `window` to its first one behind."""
    if window is None:
        return curve
    part = slice(max(bisect_left(curve.xs, window[0]) - 1, 0), bisect_right(curve.xs, window[1]) + 1)
    return replace(curve, xs=curve.xs[part], ys=curve.ys[part])


def _ended(curves: Sequence[Curve], window: Window | None) -> list[Curve]:
    """Return the curves that have points up to the end of `window`, up to there."""
    ends = [len(curve.xs) if window is None else bisect_right(curve.xs, window[1]) for curve in curves]
    return [
        replace(curve, xs=curve.xs[:end], ys=curve.ys[:end])
        for curve, end in zip(curves, ends, strict=True)
        if end
    ]


def _points(curve: Curve, x_axis: Axis, columns: int) -> Curve:
    """Return `curve` with those of its points that are marked."""
    xs, ys = apart(curve.xs, curve.ys, x_axis.low, x_axis.high, columns)
    return replace(curve, xs=xs, ys=ys)


def _x_axis(spec: ChartSpec, columns: int, window: Window | None) -> Axis:
    most_ticks = columns // _COLUMNS_A_TICK
    if window is not None:
        return window_axis(*window, most_ticks, clocked=spec.clock)
    low, high = whole(spec)
    return clock_axis(high, most_ticks) if spec.clock else column_axis(low, high, most_ticks)


def _y_axis(
    spec: ChartSpec, curves: Sequence[Curve], bands: Sequence[Band], rows: int, window: Window | None
) -> Axis:
    """Return an axis for what is seen in `window`; guides are seen wherever all is."""
    low, high = window or whole(spec)
    heights = [y for curve in _leading(curves) for y in _between(curve.xs, curve.ys, low, high)]
    heights += [
        y for band in bands for ys in (band.lows, band.highs) for y in _between(band.xs, ys, low, high)
    ]
    heights = heights or [y for curve in curves for y in curve.ys]
    if window is None:
        heights += [guide.height for guide in spec.guides]
    if spec.log_y:
        return log_axis(min(heights), max(heights), rows // _ROWS_A_LOG_TICK)
    return row_axis(min(heights), max(heights), rows, percent=spec.percent)


def _leading(curves: Sequence[Curve]) -> list[Curve]:
    """Return what a plot is cropped to: what is marked, and lines from the first mark on.

    Before that a curve climbs from nothing, and would leave no room for what is to be told apart.
    """
    begin = min((curve.xs[0] for curve in curves if curve.style is CurveStyle.MARKED), default=None)
    read = [curve for curve in curves if curve.style is not CurveStyle.FAINT] or list(curves)
    if begin is None:
        return read
    return [
        replace(curve, xs=curve.xs[at:], ys=curve.ys[at:])
        for curve in read
        for at in [bisect_left(curve.xs, begin)]
    ]


def _between(xs: Sequence[float], ys: Sequence[float], low: float, high: float) -> Sequence[float]:
    return ys[bisect_left(xs, low) : bisect_right(xs, high)]
