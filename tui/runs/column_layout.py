"""Which columns of the list have room, and where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rich.cells import cell_len

from tui.runs.columns import COLUMNS, UNKNOWN, WHEN, Column, Row

GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A column that has room: where it begins on a line, and its width, in cells."""

    column: Column
    at: int
    width: int

    @property
    def index(self) -> int:
        """Which of a row's texts it shows."""
        return COLUMNS.index(self.column)


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide a column would have to be for some rows, in cells, and whether it tells them apart."""

    width: int
    telling: bool = True


def measures_of(rows: Sequence[Row]) -> tuple[Measure, ...]:
    """Measure each column for `rows`."""
    return tuple(_measure(column, {row.texts[index] for row in rows}) for index, column in enumerate(COLUMNS))


def _measure(column: Column, texts: Collection[str]) -> Measure:
    width = max(map(cell_len, (column.name, *texts)))
    goes_without_saying = column.plain is None or not set(column.plain).isdisjoint(texts)
    same = len(set(texts) - {UNKNOWN, ""}) < 2 and goes_without_saying  # noqa: PLR2004 - one text
    return Measure(min(column.most, width), not (column.optional and same))


def fields(measures: Sequence[Measure], room: int, lead: int, by: Column = WHEN) -> tuple[Field, ...]:
    """Return the columns that fit into `room` cells, the first one `lead` cells from the left.

    Behind each there is a gap, and the sign of the order a space behind the name of the one that the list is
    sorted `by`; behind the last, the sign alone.
    """
    measures = [_with_sign(column, by, m) for column, m in zip(COLUMNS, measures, strict=True)]
    left = room - lead + GAP - 1
    chosen: list[Column] = []
    order = sorted(zip(COLUMNS, measures, strict=True), key=lambda pair: (not pair[1].telling, pair[0].rank))
    for column, measure in order:
        if measure.width + GAP <= left:
            left -= measure.width + GAP
            chosen.append(column)
        elif not column.optional:
            break
    found: list[Field] = []
    at = lead
    for column, measure in zip(COLUMNS, measures, strict=True):
        if column in chosen:
            found.append(Field(column, at, measure.width))
            at += measure.width + GAP
    return tuple(found)


def _with_sign(column: Column, by: Column, measure: Measure) -> Measure:
    """Give the column that the list is sorted by the cell between its name and the sign."""
    if column is not by or not column.right:
        return measure
    return replace(measure, width=max(measure.width, len(column.name) + 1))
