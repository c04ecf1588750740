"""A long series of numbers kept short: for plots that have a few hundred columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_MOST_POINTS: Final = 1_024  # two a column on a very wide terminal; even, so that pairs come out


@dataclass(frozen=True, slots=True)
class StepSeries:
    """The mean of every `stride` neighbouring values; the stride doubles when there are too many points.

    What it holds depends on the values alone, not on the ranges they came in. The last, unfinished group
    has `pending` values, which add up to `pending_sum`. A value that is not finite makes its own group's
    mean so, and no other's.
    """

    points: tuple[float, ...] = ()
    stride: int = 1
    pending: int = 0
    pending_sum: float = 0.0

    def extended(self, values: Iterable[float]) -> "StepSeries":
        """Return the series with `values` at its end."""
        points, stride, pending, total = self.points, self.stride, self.pending, self.pending_sum
        room = _MOST_POINTS - len(points)
        new: list[float] = []  # joined to the points at once: a thousand are not copied for every value
        for value in values:
            total += value
            pending += 1
            if pending == stride:
                new.append(total / stride)
                pending, total = 0, 0.0
                if len(new) == room:
                    points, new = _halved(points + tuple(new)), []
                    stride *= 2
                    room = _MOST_POINTS - len(points)
        return StepSeries(points + tuple(new) if new else points, stride, pending, total)

    def cut(self, count: int) -> "StepSeries":
        """Return the series of the first `count` values; in a group that is cut through, each is its mean."""
        whole, rest = divmod(count, self.stride)
        if whole >= len(self.points):
            kept = min(self.pending, count - len(self.points) * self.stride)
            share = kept / self.pending if self.pending else 0.0
            return StepSeries(self.points, self.stride, kept, self.pending_sum * share)
        begun = self.points[whole] * rest if rest else 0.0  # what is cut off may be NaN
        return StepSeries(self.points[:whole], self.stride, rest, begun)

    def widened(self, stride: int) -> "StepSeries":
        """Return the series as it would be had its stride doubled to `stride`: a longer one's."""
        width = stride // self.stride
        whole = len(self.points) // width * width
        groups = zip(*(self.points[first:whole:width] for first in range(width)), strict=True)
        left = self.points[whole:]
        return StepSeries(
            tuple(sum(group) / width for group in groups),
            stride,
            self.pending + len(left) * self.stride,
            self.pending_sum + sum(left) * self.stride,
        )

    def curve(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return where the points stand and their values, the unfinished group's mean as the newest.

        A point stands in the middle of its values, which count from 1.
        """
        grouped = len(self.points) * self.stride
        middle = (self.stride + 1) / 2
        positions = tuple(first + middle for first in range(0, grouped, self.stride))
        if not self.pending:
            return positions, self.points
        newest = grouped + (self.pending + 1) / 2
        return (*positions, newest), (*self.points, self.pending_sum / self.pending)


def _halved(points: tuple[float, ...]) -> tuple[float, ...]:
    return tuple((first + second) / 2 for first, second in zip(points[::2], points[1::2], strict=True))
