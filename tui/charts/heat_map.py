"""The confusion matrix as a heat map: rows are true classes, columns predicted ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.geometry import Size
from textual.style import Style
from textual.widgets import Static

from core.results.confusions import confusion_counts
from core.results.seed_groups import SeedGroup
from tui.charts.ink import Ink, fitted
from tui.charts.palette import Palette
from tui.charts.signs import Signs, signs_of
from tui.charts.themed import Themed

_LONGEST_NAME: Final = 12
_MOST_COLUMNS, _MOST_ROWS = 12, 3  # of one cell
_HOTTEST: Final = 0.9  # how far the hottest cell's ground is on its way to the colour
_ABOVE: Final = 2  # lines: what it is, and the names of the columns
_READINGS: Final = (" · true ↓ predicted →", " · true ↓")  # the first that fits
_NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Cell:
    """Some text on a ground between the background, at 0, and the colour, at 1."""

    text: str
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """A network's last evaluation, summed over its seeds: `counts[true][predicted]` counts images."""

    heading: str
    colour: str
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


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
    )


def heat_rows(confusion: Confusion, width: int, height: int, signs: Signs) -> Iterator[tuple[Cell, ...]]:
    """Yield the map's lines, cell by cell; where the room is too small, they are wider and more than that."""
    names, counts = confusion.classes, confusion.counts
    digits = max(len(str(count)) for row in counts for count in row)
    name = min(max(map(cell_len, names)), _LONGEST_NAME)
    column = min(
        max((width - name - 1) // len(names), digits + (len(" ") if signs.colour else len("[]"))),
        _MOST_COLUMNS,
    )
    heads = [fitted(words, min(cell_len(words), column - 1)) for words in names]
    rows = min(max((height - _ABOVE) // len(names), 1), _MOST_ROWS)
    headings = [confusion.heading + reading for reading in _READINGS]
    heading = next((words for words in headings if cell_len(words) <= width), headings[-1])
    yield (Cell(fitted(heading, max(width, 1))),)
    yield Cell(" " * (name + 1)), *(Cell(_centred(words, column)) for words in heads)
    for true, (words, row) in enumerate(zip(names, counts, strict=True)):
        heats = [math.sqrt(count / max(sum(row), 1)) for count in row]  # the root shows small shares too
        for line in range(rows):
            numbered = line == rows // 2
            texts = [
                _number(count, digits, signs, right=true == i) if numbered else ""
                for i, count in enumerate(row)
            ]
            cells = (Cell(_centred(text, column), heat) for text, heat in zip(texts, heats, strict=True))
            yield Cell(fitted(words if numbered else "", name) + " "), *cells


def _number(count: int, digits: int, signs: Signs, *, right: bool) -> str:
    """Write a count, all of them as wide; without colour, brackets show where correct predictions are."""
    if right and not signs.colour:
        return f"[{count}]".rjust(digits + len("[]"))
    words = str(count) if count or right else _NONE
    return words.rjust(digits) if signs.colour else f"{words} ".rjust(digits + len("[]"))


def _centred(words: str, width: int) -> str:
    """Return `words` in the middle of `width` columns."""
    return set_cell_size(" " * ((width - cell_len(words) + 1) // 2) + words, width)


class HeatMap(ScrollableContainer, Themed):
    """Draws a confusion matrix, and scrolls where there is no room."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    HeatMap Static {
        width: auto;
        height: auto;
        text-wrap: nowrap;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id, classes=classes)
        self._confusion: Confusion | None = None
        self._empty = ""

    def compose(self) -> ComposeResult:
        """Hold the map, which may be larger than there is room."""
        yield Static()

    def show(self, confusion: Confusion | None, empty: str = "") -> None:
        """Show `confusion` from now on; where there is none, say `empty`."""
        if (confusion, empty) != (self._confusion, self._empty):
            self._confusion, self._empty = confusion, empty
            self.recolour()

    def on_resize(self) -> None:
        """Lay the map out for the new size."""
        self.recolour()

    def recolour(self) -> None:
        """Redraw the map."""
        if not self.size.width:
            return
        # of all the room: a bar that is there for a map of another size is no reason for a bar
        room = self.size + Size(self.scrollbar_size_vertical, self.scrollbar_size_horizontal)
        drawn = self._map(self._confusion, room) if self._confusion else Content(self._empty)
        lines = drawn.split()
        fits = len(lines) <= room.height and max(line.cell_length for line in lines) <= room.width
        if not fits and self._confusion:
            least = Size(self.styles.scrollbar_size_vertical, self.styles.scrollbar_size_horizontal)
            drawn = self._map(self._confusion, room - least)
        self.styles.overflow_x = self.styles.overflow_y = "hidden" if fits else "auto"
        self.query_one(Static).update(drawn)

    def _map(self, confusion: Confusion, room: Size) -> Content:
        palette, (width, height) = Palette(self), room
        colour = palette.colour(Ink(confusion.colour))

        def written(cell: Cell) -> Content | str:
            if not cell.heat:
                return cell.text
            ground = palette.background.blend(colour, _HOTTEST * cell.heat)
            return Content.styled(cell.text, Style(background=ground, foreground=ground.get_contrast_text(1)))

        rows = heat_rows(confusion, width, height, signs_of(self.app))
        return Content("\n").join(Content.assemble(*map(written, row)) for row in rows)
