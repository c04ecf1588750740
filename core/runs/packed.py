"""Numbers of every epoch in a third of the memory of tuples: a thousand epochs are watched for hours.

All kinds are equal to the tuples they are made from, and have their hash.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar, overload

T = TypeVar("T")
_DOUBLE: Final = "d"
_WHOLE: Final = "i"  # 32 bits
_WHOLE_AND_LARGE: Final = "q"  # 64 bits


class Packed(Sequence[T]):
    """Is to others what the tuple would be."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class PackedFloats(Packed[float]):
    """A row of numbers in double precision."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers = array(_DOUBLE, numbers)

    @overload
    def __getitem__(self, at: int) -> float: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[float, ...]: ...
    def __getitem__(self, at: int | slice) -> float | tuple[float, ...]:
        return tuple(self._numbers[at]) if isinstance(at, slice) else self._numbers[at]

    def __iter__(self) -> Iterator[float]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class CountTable(Packed[tuple[int, ...]]):
    """A table of whole numbers, by its rows.

    `total` is the sum of all, `diagonal` that of every row's number in the column of the row's own place.
    """

    __slots__ = ("diagonal", "total")

    diagonal: int
    total: int

    def of_rows(self) -> list[tuple[int, int]]:
        """Return of every row the number in the column of its own place, and the sum of all."""
        return [(row[place], sum(row)) for place, row in enumerate(self)]


class PackedCounts(CountTable):
    """A table whose every number is kept.

    Raises:
        ValueError: the rows are not all of one length.
    """

    __slots__ = ("_cells", "_columns", "_rows")

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self._rows = len(rows)
        self._columns = len(rows[0]) if rows else 0
        if any(len(row) != self._columns for row in rows):
            raise ValueError("rows of several lengths")
        cells = [count for row in rows for count in row]
        large = max(map(abs, cells), default=0) >= 2**31
        self._cells = array(_WHOLE_AND_LARGE if large else _WHOLE, cells)
        self.total = sum(cells)
        self.diagonal = sum(cells[: self._columns**2 : self._columns + 1])

    @overload
    def __getitem__(self, at: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[int, ...], ...]: ...
    def __getitem__(self, at: int | slice) -> tuple[int, ...] | tuple[tuple[int, ...], ...]:
        where = range(self._rows)[at]
        return tuple(map(self._row, where)) if isinstance(where, range) else self._row(where)

    def _row(self, at: int) -> tuple[int, ...]:
        return tuple(self._cells[at * self._columns : (at + 1) * self._columns])

    def __len__(self) -> int:
        return self._rows
