"""A study's table fitted to a place: which rows and columns are shown, how wide, and under which heads."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from tui.train.study import Study
from tui.train.study_cell import Room

SUMMARY: Final = ("mean", "± sd", "done")  # the rows below the seeds'
_SEED: Final = "seed"
_LONGEST_WORD: Final = 20  # columns, such as a folder's name; what is longer goes on in the next line
_MARK: Final = 1  # column before each cell, for the mark of the chosen one


@dataclass(frozen=True, slots=True)
class Fit:
    """What is shown of the table: `rows` and `columns` by their numbers, each column `cell` columns wide.

    `left` is the width of the rows' heads, `heads` are the lines above each shown column, `more` says what is
    not shown, and is empty where nothing is missing.
    """

    room: Room
    left: int
    cell: int
    heads: tuple[tuple[str, ...], ...]
    rows: range
    columns: range
    summary: tuple[str, ...]
    more: str

    @property
    def width(self) -> int:
        """How many columns of the terminal it takes."""
        return self.left + (_MARK + self.cell) * len(self.columns)

    @property
    def lines_above(self) -> int:
        """How many lines the heads take."""
        return max(map(len, self.heads))

    @property
    def height(self) -> int:
        """How many lines it takes."""
        return self.lines_above + len(self.rows) + len(self.summary) + bool(self.more)

    def run_at(self, study: Study, x: int, y: int) -> int | None:
        """Return the number of the run whose cell is at a place of the table."""
        row, column = y - self.lines_above, (x - self.left) // (_MARK + self.cell)
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.columns)):
            return None
        return study.places[self.rows[row]][self.columns[column]]


def fitted(study: Study, epochs: int, width: int, height: int, chosen: int) -> Fit:
    """Fit `study`, whose longest run has `epochs` epochs, with the run `chosen` among what is shown."""
    left = max(len(str(seed)) for seed in (_SEED, *study.seeds))
    words = [word for column in study.columns for part in column.parts for word in part.split()]
    longest = min(max(map(len, words)), _LONGEST_WORD)

    def cells(room: Room) -> int:
        return max(room.width(epochs), longest)

    def fits(cell: int) -> int:
        return (width - left) // (_MARK + cell)

    count = len(study.columns)
    room = next((room for room in reversed(Room) if fits(cells(room)) >= count), Room.TIGHT)
    shown = min(max(fits(cells(room)), 1), count)
    whole = max(len(part) for column in study.columns for part in column.parts)
    cell = max(cells(room), min(whole, (width - left) // shown - _MARK))
    heads = tuple(_head(column.parts, cell) for column in study.columns)
    summary = SUMMARY if len(study.seeds) > 1 else ()
    lines = height - max(map(len, heads)) - len(summary)
    cut = shown < count or lines < len(study.seeds)
    row, column = study.place_of(chosen)
    rows = _page(len(study.seeds), max(lines - cut, 1), row)
    columns = _page(count, shown, column)
    more = "  ".join(
        _part(name, part, of)
        for name, part, of in (("groups", columns, count), ("seeds", rows, len(study.seeds)))
        if len(part) < of
    )
    return Fit(room, left, cell, heads[columns.start : columns.stop], rows, columns, summary, more)


def _head(parts: tuple[str, ...], width: int) -> tuple[str, ...]:
    return tuple(line for part in parts for line in wrap(part, width))


def _page(count: int, shown: int, chosen: int) -> range:
    """Return the page of `shown` of `count` things that has the one `chosen`; the last page is full, too."""
    shown = min(shown, count)
    start = min(chosen - chosen % shown, count - shown)
    return range(start, start + shown)


def _part(name: str, part: range, of: int) -> str:
    """Say which of the groups or seeds are shown, and by which arrows the others are reached."""
    before, after = ("←", "→") if name == "groups" else ("↑", "↓")
    arrows = f"{before if part.start else ''}{after if part.stop < of else ''}"
    numbers = f"{part.start + 1}" if len(part) == 1 else f"{part.start + 1}–{part.stop}"
    return f"{name} {numbers} of {of} {arrows}"
