"""Curves of several seeds taken together: their mean, and the lowest and the highest of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

Series = Mapping[float, tuple[float, float]]
"""One seed's curve: across and up, by epoch or by step."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Several series as one: means, the lowest and the highest."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]


def spread(series: Sequence[Series]) -> Spread:
    """Take `series` together, as far as all have come."""
    if len(series) == 1:  # most curves are; none of a thousand means need be taken
        places = [place for _, place in sorted(series[0].items())]
        xs, ys = tuple(x for x, _ in places), tuple(y for _, y in places)
        return Spread(xs, ys, ys, ys)
    shared = sorted(set.intersection(*(set(one) for one in series)))
    columns = [[one[key][1] for one in series] for key in shared]
    return Spread(
        tuple(fmean(one[key][0] for one in series) for key in shared),
        tuple(map(fmean, columns)),
        tuple(map(min, columns)),
        tuple(map(max, columns)),
    )
