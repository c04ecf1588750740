"""Axes with round tick values and calm limits: they move seldom while a curve grows."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice, product
from typing import Final

from tui.text.wording import clock

_GRAINS: Final = 8  # an axis is at most about so much wider than its curves: one part in 8 at either end
_LEAST_TICKS: Final = 2
_ROWS_APART: Final = ((11, 2), (29, 3), (math.inf, 4))  # up to so many rows, ticks are at least so far apart
_MORE_APART: Final = 3  # and at most so many rows more
_ROW_STEPS: Final = (1, 2, 2.5, 5)  # times a power of ten
_STEPS_TRIED: Final = 12  # three powers of ten
_CLOCK_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800)  # seconds, then whole hours
_HOUR: Final = 3_600
_LOG_LIMITS: Final = (1, 1.5, 2, 3, 5, 7)  # times a power of ten, as are the ticks
_LOG_TICKS: Final = ((1, 2, 5), (1, 3), (1,))
_HALF_A_DECADE: Final = 0.5
_LEAST_SPAN: Final = 1e-6  # of the values' size; closer together, they are drawn as one
_LEAST_SIZE: Final = 1e-90  # smaller values are drawn as 0: their powers of ten run out
_LARGE: Final = 1e6  # from here on, a number is written with an exponent
_SLACK: Final = 1e-9  # of a step, for what floating point adds


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`; with `log` these are logarithms to base 10."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False

    def cells(self, values: Iterable[float], length: int) -> list[int]:
        """Return in which of `length` cells along the axis each of `values` stands, from 0 at `low`."""
        scale = (length - 1) / (self.high - self.low)
        places = map(math.log10, values) if self.log else values
        return [int((place - self.low) * scale + 0.5) for place in places]


def column_axis(low: float, high: float, most_ticks: int) -> Axis:
    """Return an axis from a little below `low` to a little above `high`."""
    low, high = _apart(low, high)
    grain = next(_round_steps((high - low) / _GRAINS))
    low, high = grain * _whole(low, grain), -grain * _whole(-high, grain)
    ticks = _fewest((_multiples(step, low, high) for step in _round_steps(grain)), most_ticks)
    return Axis(low, high, ticks, tuple(_number(tick, ticks[1] - ticks[0]) for tick in ticks))


def window_axis(low: float, high: float, most_ticks: int, *, clocked: bool = False) -> Axis:
    """Return an axis from `low` to `high` exactly, in seconds written 1:23 where `clocked`."""
    low, high = _apart(low, high)
    if clocked and high - low >= _LEAST_TICKS:
        steps = (step for step in _clock_steps() if step >= (high - low) / _GRAINS)
        ticks = _fewest((_multiples(step, low, high) for step in steps), most_ticks)
        return Axis(low, high, ticks, tuple(map(clock, ticks)))
    rounds = _round_steps((high - low) / _GRAINS)
    ticks = _fewest((_multiples(step, low, high) for step in rounds), most_ticks)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    return Axis(low, high, ticks, tuple(_number(tick, float(f"{step:.3g}")) for tick in ticks))


def row_axis(low: float, high: float, rows: int, *, percent: bool = False) -> Axis:
    """Return an axis around `low` to `high` whose ticks are whole rows apart, so that they look even."""
    low, high = _apart(low, high)
    closest = next(apart for most, apart in _ROWS_APART if rows <= most)
    steps = islice(_round_steps(closest * (high - low) / rows, _ROW_STEPS), _STEPS_TRIED)
    distances = range(closest, min(closest + _MORE_APART, rows // 2) + 1)
    # what one row may stand for; the least with which everything is shown is the best
    choices = sorted((step / distance, step) for step, distance in product(steps, distances))
    row, step = next(
        (row, step) for row, step in choices if row * (_whole(low, row) + rows - 1) >= high - _SLACK * row
    )
    low = row * _whole(low, row)
    high = low + row * (rows - 1)
    ticks = (_multiples(step, low, min(high, 100)) if percent else ()) or _multiples(step, low, high)
    return Axis(low, high, ticks, tuple(_number(tick, step) + "%" * percent for tick in ticks))


def log_axis(low: float, high: float, most_ticks: int) -> Axis:
    """Return a logarithmic axis around `low` to `high`, both above 0."""
    low, high = _apart(math.log10(low), math.log10(high))
    powers = range(math.floor(low), math.ceil(high) + 1)
    limits = [power + math.log10(factor) for power in powers for factor in _LOG_LIMITS]
    low, high = (
        max(limit for limit in limits if limit <= low),
        min(limit for limit in limits if limit >= high),
    )
    values = _fewest((_between(low, high, ticks) for ticks in _log_ticks(low, high, powers)), most_ticks)
    return Axis(low, high, values, tuple(f"{value:g}" for value in values), log=True)


def clock_axis(high: float, most_ticks: int) -> Axis:
    """Return an axis of seconds from 0 to a little above `high`, written 1:23."""
    high = max(high, 1.0)
    grain = next(step for step in _clock_steps() if step >= high / _GRAINS)
    high = -grain * _whole(-high, grain)
    ticks = _fewest((_multiples(step, 0, high) for step in _clock_steps() if step >= grain), most_ticks)
    return Axis(0.0, high, ticks, tuple(map(clock, ticks)))


def _fewest(choices: Iterable[tuple[float, ...]], most: int) -> tuple[float, ...]:
    """Return the first of ever sparser `choices` with at most `most` ticks, but never less than two."""
    last: tuple[float, ...] = ()
    for ticks in choices:
        if last and len(ticks) < _LEAST_TICKS:
            break
        last = ticks
        if len(ticks) <= most:
            break
    return last


def _apart(low: float, high: float) -> tuple[float, float]:
    """Return `low` and `high`, moved apart where they are one value."""
    size = max(abs(low), abs(high))
    if high - low > max(_LEAST_SPAN * size, _LEAST_SIZE):
        return low, high
    pad = 0.05 * (size if size > _LEAST_SIZE else 1)
    return low - pad, high + pad


def _round_steps(least: float, factors: Sequence[float] = (1, 2, 5)) -> Iterator[float]:
    """Yield `factors` times powers of ten, from `least` on."""
    for power in count(math.floor(math.log10(least))):
        yield from (step for factor in factors if (step := factor * 10.0**power) >= least * (1 - _SLACK))


def _clock_steps() -> Iterator[float]:
    """Yield steps, in seconds, that are round on a clock."""
    yield from _CLOCK_STEPS
    yield from (_HOUR * step for step in _round_steps(1))


def _log_ticks(low: float, high: float, powers: range) -> Iterator[Iterable[float]]:
    """Yield ever sparser values for a logarithmic axis; even ones where it is short."""
    if high - low < _HALF_A_DECADE:
        span = 10**high - 10**low
        yield from (_multiples(step, 10**low, 10**high) for step in _round_steps(span / _GRAINS))
    for factors in _LOG_TICKS:
        yield [factor * 10.0**power for power in powers for factor in factors]
    for stride in range(2, len(powers) + 1):
        yield [10.0**power for power in powers[::stride]]


def _between(low: float, high: float, values: Iterable[float]) -> tuple[float, ...]:
    return tuple(value for value in values if low - _SLACK <= math.log10(value) <= high + _SLACK)


def _whole(value: float, step: float) -> int:
    """Return how many whole steps reach up to `value`."""
    return math.floor(value / step + _SLACK)


def _multiples(step: float, low: float, high: float) -> tuple[float, ...]:
    return tuple(step * i for i in range(-_whole(-low, step), _whole(high, step) + 1))


def _number(value: float, step: float) -> str:
    """Write `value` with as many decimals as its distance to the next tick asks for."""
    if max(abs(value), 1 / step) >= _LARGE:
        digits = 3 + max(0, math.floor(math.log10(abs(value) / step))) if value else 1
        return f"{value:.{digits}g}"
    decimals = next(d for d in count() if math.isclose(round(step, d), step))
    return f"{value:.{decimals}f}"
