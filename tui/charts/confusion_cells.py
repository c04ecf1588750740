"""The confusion matrix in characters: rows are true classes, columns predicted ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from rich.cells import cell_len, set_cell_size

from core.results.confusions import Confusion as Frequent
from core.results.confusions import by_frequency, confused_classes, confusion_counts
from core.results.seed_groups import SeedGroup
from tui.charts.class_words import class_words, distinct_words, numbered_words
from tui.charts.ink import fitted
from tui.charts.signs import Signs

_LONGEST_NAME: Final = 12
_MOST_COLUMNS, _MOST_ROWS = 12, 3  # of one cell
_ABOVE: Final = 2  # lines: what it is, and the names of the columns
_READINGS: Final = (" · true ↓ predicted →", " · true ↓")  # the first that fits
_NONE: Final = "-"
_OTHERS: Final = "other"
_PART_COLUMN: Final = 6  # of a part: letters enough to tell classes by


@dataclass(frozen=True, slots=True)
class Cell:
    """Some text on a ground between the background, at 0, and the colour, at 1."""

    text: str
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """A network's last evaluation, summed over its seeds: `counts[true][predicted]` counts images.

    `frequent` are its confusions, the most frequent first. Of a part of the classes, `numbers` are their
    places among all, and `others` the images of each that were taken for other classes.
    """

    heading: str
    colour: str
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    frequent: tuple[Frequent, ...] = field(default=(), compare=False)
    numbers: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


def confusion_of(group: SeedGroup) -> Confusion | None:
    """Sum the last evaluations of a network's seeds that count; None before one."""
    runs = [run for run in group.counted if run.class_names == group.counted[0].class_names]
    counts = confusion_counts(runs)
    if not counts:
        return None
    label = f"{group.label}, {len(runs)} seeds summed" if len(runs) > 1 else group.counted[0].label
    return Confusion(
        heading=f"{label}, epoch {runs[0].state.tests[-1].epoch}",
        colour=group.style.colour.name,
        classes=tuple(map(runs[0].class_name, range(len(counts)))),
        counts=counts,
        frequent=by_frequency(counts),
    )


def part_that_fits(confusion: Confusion, width: int, height: int) -> Confusion:
    """Return the classes that are confused most, as many as there is room for, at least two."""
    classes = len(confusion.classes)
    across = (width - _LONGEST_NAME - 1) // _PART_COLUMN - 1
    most = max(min(across, height - _ABOVE, classes), 2)
    chosen = confused_classes(confusion.frequent, classes, most)
    counts = tuple(tuple(confusion.counts[true][predicted] for predicted in chosen) for true in chosen)
    alls = (sum(confusion.counts[true]) for true in chosen)
    return replace(
        confusion,
        heading=f"{confusion.heading} · the {len(chosen)} most confused of {classes:,} classes",
        classes=tuple(confusion.classes[number] for number in chosen),
        counts=counts,
        numbers=chosen,
        others=tuple(images - sum(row) for images, row in zip(alls, counts, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class HeatLayout:
    """A map laid out: `name` columns for the names of rows, `column` and `rows` for each cell, and its words.

    Where the room is too small, it is wider and higher than that.
    """

    confusion: Confusion
    signs: Signs
    heading: str
    names: tuple[str, ...]
    heads: tuple[str, ...]
    name: int
    column: int
    rows: int
    digits: int

    @property
    def width(self) -> int:
        """How many columns it takes."""
        return self.name + 1 + self.column * len(self.heads)

    @property
    def height(self) -> int:
        """How many lines it takes, those of the heading and the heads among them."""
        return _ABOVE + self.rows * len(self.names)

    def line(self, y: int, columns: range) -> Iterator[Cell]:
        """Yield the cells of a line: the name's, or the heading alone, then those of `columns`."""
        if y == 0:
            yield Cell(self.heading)
        elif y < _ABOVE:
            yield Cell(" " * (self.name + 1))
            yield from (Cell(_centred(self.heads[at], self.column)) for at in columns)
        else:
            true, line = divmod(y - _ABOVE, self.rows)
            yield from self._row(true, columns, numbered=line == self.rows // 2)

    def _row(self, true: int, columns: range, *, numbered: bool) -> Iterator[Cell]:
        row = self.confusion.counts[true]
        others = self.confusion.others[true : true + 1]
        images = max(sum(row) + sum(others), 1)
        yield Cell(fitted(self.names[true] if numbered else "", self.name) + " ")
        for at in columns:
            count = row[at] if at < len(row) else others[0]
            text = _number(count, self.digits, self.signs, right=true == at) if numbered else ""
            yield Cell(_centred(text, self.column), math.sqrt(count / images))  # the root shows small shares


def heat_layout(confusion: Confusion, width: int, height: int, signs: Signs) -> HeatLayout:
    """Lay the map out for so much room."""
    classes = [*confusion.classes, *[_OTHERS] * bool(confusion.others)]
    numbers = confusion.numbers or range(len(confusion.classes))
    digits = len(str(max((*map(max, confusion.counts), *confusion.others))))
    name = min(max(map(cell_len, confusion.classes)), _LONGEST_NAME)
    least = digits + (len(" ") if signs.colour else len("[]"))
    column = min(max((width - name - 1) // len(classes), least), _MOST_COLUMNS)
    names = class_words(confusion.classes, name, numbers)
    heads = distinct_words(classes, column - 1)
    if heads is None:  # numbers above, and before the names beside
        heads = (*map(str, numbers), *classes[len(confusion.classes) :])
        column = max(column, len(str(max(numbers))) + 1)
        names = numbered_words(confusion.classes, _LONGEST_NAME, numbers)
        name = max(map(cell_len, names))
        heads = tuple(fitted(head, min(cell_len(head), column - 1)) for head in heads)
    headings = [confusion.heading + reading for reading in _READINGS]
    heading = next((words for words in headings if cell_len(words) <= width), headings[-1])
    rows = min(max((height - _ABOVE) // len(confusion.classes), 1), _MOST_ROWS)
    return HeatLayout(
        confusion, signs, fitted(heading, max(width, 1)), names, heads, name, column, rows, digits
    )


def heat_rows(confusion: Confusion, width: int, height: int, signs: Signs) -> Iterator[tuple[Cell, ...]]:
    """Yield all lines of the map, cell by cell."""
    layout = heat_layout(confusion, width, height, signs)
    for y in range(layout.height):
        yield tuple(layout.line(y, range(len(layout.heads))))


def _number(count: int, digits: int, signs: Signs, *, right: bool) -> str:
    """Write a count, all of them as wide; without colour, brackets show where correct predictions are."""
    if right and not signs.colour:
        return f"[{count}]".rjust(digits + len("[]"))
    words = str(count) if count or right else _NONE
    return words.rjust(digits) if signs.colour else f"{words} ".rjust(digits + len("[]"))


def _centred(words: str, width: int) -> str:
    """Return `words` in the middle of `width` columns."""
    return set_cell_size(" " * ((width - cell_len(words) + 1) // 2) + words, width)
