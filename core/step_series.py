"""A long series of numbers kept short: for plots that have a few hundred columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_MOST_POINTS: Final = 1_024  # two a column on a very wide terminal; even, so that pairs come out


@dataclass(frozen=True, slots=True)
class StepSeries:
    """The mean of every `stride` neighbouring values; the stride doubles when there are too many points.

    What it holds depends on the values alone, not on the ranges they came in. The last, unfinished group is
    in `pending`.
    """

    points: tuple[float, ...] = ()
    stride: int = 1
    pending: tuple[float, ...] = ()

    def extended(self, values: Iterable[float]) -> "StepSeries":
        """Return the series with `values` at its end."""
        points, stride, pending = list(self.points), self.stride, list(self.pending)
        for value in values:
            pending.append(value)
            if len(pending) == stride:
                points.append(sum(pending) / stride)
                pending.clear()
            if len(points) == _MOST_POINTS:
                points = [sum(pair) / 2 for pair in zip(points[::2], points[1::2], strict=True)]
                stride *= 2
        return StepSeries(tuple(points), stride, tuple(pending))
