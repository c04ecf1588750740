"""A square table of whole numbers of which most are zero: what 1,000 classes are taken for.

The whole table of 1,000 classes takes two megabytes a line and four of memory, and 10,000 test images leave
at most one cell in a hundred of it that is not zero.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, overload

from core.runs.packed import CountTable

WHOLE_UP_TO: Final = 32
"""Rows of a table that is written as it is, whatever is in it: it is short, and people read it."""

_CHARACTERS_A_CELL: Final = 5  # of a cell that is listed, for one of a cell that is there by its place


class SparseCounts(CountTable):
    """A table of `side` rows and columns: `counts[i]` stands in row `true[i]` and column `predicted[i]`.

    Everything else is zero. The places are in order, row by row, and none is there twice.

    Raises:
        ValueError: the lists are not of one length, or a place is not in the table or not in order.
    """

    __slots__ = ("_counts", "_predicted", "_side", "_true")

    def __init__(
        self, side: int, true: Sequence[int], predicted: Sequence[int], counts: Sequence[int]
    ) -> None:
        if not len(true) == len(predicted) == len(counts):
            raise ValueError("lists of several lengths")
        places = [row * side + column for row, column in zip(true, predicted, strict=True)]
        if any(one >= other for one, other in pairwise(places)):
            raise ValueError("places that are not in order")
        if places and not (
            0 <= min(true) <= max(true) < side and 0 <= min(predicted) <= max(predicted) < side
        ):
            raise ValueError(f"a place beyond {side} rows and columns")
        self._side = side
        self._true, self._predicted = array("i", true), array("i", predicted)
        self._counts = array("q", counts)
        self.total = sum(counts)
        self.diagonal = sum(
            count for row, column, count in zip(true, predicted, counts, strict=True) if row == column
        )

    def as_written(self) -> dict[str, object]:
        """Return what stands in the event file."""
        return {
            "side": self._side,
            "true": self._true.tolist(),
            "predicted": self._predicted.tolist(),
            "counts": self._counts.tolist(),
        }

    def of_rows(self) -> list[tuple[int, int]]:
        """Return of every row the number in the column of its own place, and the sum of all."""
        own, sums = [0] * self._side, [0] * self._side
        for row, column, count in zip(self._true, self._predicted, self._counts, strict=True):
            sums[row] += count
            if row == column:
                own[row] = count
        return list(zip(own, sums, strict=True))

    @overload
    def __getitem__(self, at: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[int, ...], ...]: ...
    def __getitem__(self, at: int | slice) -> tuple[int, ...] | tuple[tuple[int, ...], ...]:
        where = range(self._side)[at]
        return tuple(map(self._row, where)) if isinstance(where, range) else self._row(where)

    def _row(self, at: int) -> tuple[int, ...]:
        first, end = bisect_left(self._true, at), bisect_left(self._true, at + 1)
        row = [0] * self._side
        for column, count in zip(self._predicted[first:end], self._counts[first:end], strict=True):
            row[column] = count
        return tuple(row)

    def __len__(self) -> int:
        return self._side


def counted(side: int, places: Sequence[int], counts: Sequence[int]) -> Sequence[Sequence[int]]:
    """Return the table with each of `counts` at its place, row * `side` + column, in order; the rest is zero.

    It comes as what takes less room in an event file: as rows, or as `SparseCounts`.
    """
    if side > WHOLE_UP_TO and _CHARACTERS_A_CELL * len(places) < side**2:
        return SparseCounts(
            side, [place // side for place in places], [place % side for place in places], counts
        )
    cells = [0] * side**2
    for place, count in zip(places, counts, strict=True):
        cells[place] = count
    return tuple(tuple(cells[first : first + side]) for first in range(0, side**2, side))
