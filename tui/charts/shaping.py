"""Series of points made fit for a plot: smoothed, thinned to its columns, without what has no place in it."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from tui.charts.curve import Curve, CurveStyle

_LARGEST: Final = 1e100  # beyond it, sums of values overflow; below one over it, their powers of ten run out
_LEAST_COLUMNS: Final = 0.5  # for each mark; with fewer, they stand so far apart:
_COLUMNS_APART: Final = 3

Points = tuple[tuple[float, ...], tuple[float, ...]]


def smoothed(values: Iterable[float], weight: float) -> tuple[float, ...]:
    """Return the exponential moving average of `values` as TensorBoard draws it, free of the start's bias.

    `weight`, 0 to 0.99, is what the past counts for. Values that are not finite stay, and count for nothing.
    """
    average, unbiased = 0.0, 1.0
    line = []
    for value in values:
        if math.isfinite(value):
            average = weight * average + (1 - weight) * value
            unbiased *= weight
            line.append(average / (1 - unbiased))
        else:
            line.append(value)
    return tuple(line)


def drawable(xs: Sequence[float], ys: Sequence[float], *, log_y: bool = False) -> Points:
    """Return the points a plot has a place for: finite, and above 0 on a logarithmic axis."""
    lowest = 1 / _LARGEST if log_y else -_LARGEST
    pairs = [
        (x, y) for x, y in zip(xs, ys, strict=True) if lowest < y < _LARGEST and -_LARGEST < x < _LARGEST
    ]
    return tuple(x for x, _ in pairs), tuple(y for _, y in pairs)


def thinned(xs: Sequence[float], ys: Sequence[float], low: float, high: float, columns: int) -> Points:
    """Return at most two points a column, means of neighbours; the newest point stays as it is.

    The columns divide `low` to `high` evenly; `xs` rise.
    """
    if len(xs) <= 2 * columns:
        return tuple(xs), tuple(ys)
    new_xs, new_ys = [], []
    for first, end in _runs(xs[:-1], low, high, 2 * columns - 1):
        new_xs.append(math.fsum(xs[first:end]) / (end - first))
        new_ys.append(math.fsum(ys[first:end]) / (end - first))
    return (*new_xs, xs[-1]), (*new_ys, ys[-1])


def extremes(xs: Sequence[float], ys: Sequence[float], low: float, high: float, columns: int) -> Points:
    """Return each column's lowest and highest point, so that no spike is lost; `xs` rise."""
    if len(xs) <= 2 * columns:
        return tuple(xs), tuple(ys)
    kept = []
    for first, end in _runs(xs, low, high, columns):
        part = ys[first:end]
        kept += sorted({first + part.index(min(part)), first + part.index(max(part))})
    return tuple(xs[i] for i in kept), tuple(ys[i] for i in kept)


def apart(xs: Sequence[float], ys: Sequence[float], low: float, high: float, columns: int) -> Points:
    """Return all points to be marked; of very many the newest one and every n-th before it."""
    room = max(columns * (xs[-1] - xs[0]) / (high - low), 1)
    crowded = room < _LEAST_COLUMNS * (len(xs) - 1)
    stride = math.ceil(_COLUMNS_APART * (len(xs) - 1) / room) if crowded else 1
    kept = slice((len(xs) - 1) % stride, None, stride)
    return tuple(xs[kept]), tuple(ys[kept])


def nearest(xs: Sequence[float], x: float) -> int | None:
    """Return the index of the point nearest to `x`, the earlier of two; None where there is none."""
    after = bisect_left(xs, x)
    candidates = [i for i in (after - 1, after) if 0 <= i < len(xs)]
    return min(candidates, key=lambda i: abs(xs[i] - x), default=None)


def value_at(curve: Curve, x: float) -> float | None:
    """Return what a curve shows at `x`: a line its nearest value, a marked one the last up to there.

    None before the curve begins.
    """
    if not curve.xs or x < curve.xs[0]:
        return None
    if curve.style is CurveStyle.MARKED:
        return curve.ys[bisect_right(curve.xs, x) - 1]
    index = nearest(curve.xs, x)
    return None if index is None else curve.ys[index]


def _runs(xs: Sequence[float], low: float, high: float, buckets: int) -> Iterable[tuple[int, int]]:
    """Yield (first, end) of the points in each bucket that has any, `low` to `high` divided evenly."""
    first = 0
    for bucket in range(1, buckets + 1):
        edge = low + (high - low) * bucket / buckets
        end = bisect_right(xs, edge, lo=first) if bucket < buckets else len(xs)
        if end > first:
            yield first, end
            first = end
