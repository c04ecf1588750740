"""The panel of figures: a column a network, the better value marked."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from core.results.seed_groups import SeedGroup
from tui.charts.seed_curves import seeds_words
from tui.compare.columns import Columns
from tui.compare.figure_rows import Cell, Tone, column_of, figure_rows, reading, remarks
from tui.compare.panel import Panel
from tui.compare.view import View

_GAP: Final = 1
_MARK: Final = " ★"
_FRAME: Final = 5  # columns: border, padding, scroll bar
_STYLES: Final = {Tone.PLAIN: "", Tone.BEST: "bold", Tone.GOOD: "$success", Tone.BAD: "bold $error"}


class TablePanel(Panel):
    """Every figure of every network; the names of the figures stay where they are when the columns change."""

    def __init__(self) -> None:
        super().__init__()
        self._cells = Columns(id="cells")
        self._of_seeds = False
        self._count = 0

    def compose(self) -> ComposeResult:
        """Put the names beside the columns, and the remarks beneath."""
        with Horizontal(id="figures"):
            yield Static(id="names")
            yield self._cells
        yield Static(id="remarks", markup=False)
        yield Static(id="reading", markup=False)

    def on_mount(self) -> None:
        """Name the panel."""
        self.add_class("frame")
        self.watch(self, "show_vertical_scrollbar", self._show_subtitle)
        self.watch(self._cells, "shown", self._show_title)

    def _show_subtitle(self, scrolls: bool) -> None:  # noqa: FBT001 - Textual's
        more = "↑ ↓ show the rest · " if scrolls else ""
        self.border_subtitle = f"{more}★ the best, beyond luck"

    def _show_title(self) -> None:
        first, end = self._cells.shown
        part = f" {first + 1} to {end} of {self._count} (← →)" if self.pages else ""
        self.border_title = f"figures{part}{' · mean ± standard deviation' if self._of_seeds else ''}"

    @property
    def pages(self) -> bool:
        """Return whether there are columns out of sight."""
        first, end = self._cells.shown
        return end - first < self._count

    def page(self, by: int) -> None:
        """Show other columns."""
        self._cells.page(by)

    def show_view(self, view: View) -> None:
        """Redraw the table."""
        columns = [column_of(group) for group in view.columns]
        rows = figure_rows(columns, view.verdict)
        widths = [max(cell_len(row.cells[i].text) for row in rows) for i in range(len(columns))]
        heads = [_head(column.group, width) for column, width in zip(columns, widths, strict=True)]
        lines = max(map(len, heads))
        drawn = [
            list(_lines(column.group, head, [row.cells[i] for row in rows], lines))
            for i, (column, head) in enumerate(zip(columns, heads, strict=True))
        ]
        names = [*[""] * lines, *(row.name for row in rows)]
        self._of_seeds, self._count = any(len(column.runs) > 1 for column in columns), len(columns)
        # the panel beside it takes the room that a table has no use for
        needed = max(map(len, names)) + sum(column[0].cell_length for column in drawn) + _FRAME
        self.styles.max_width = needed if self.query_ancestor("#panels").has_class("-two") else None
        self.query_one("#names", Static).update(Content("\n".join(names)))
        self._cells.show(drawn)
        self._show_title()
        self.query_one("#remarks", Static).update("\n".join(remarks(columns)))
        self.query_one("#reading", Static).update("\n".join(reading(columns)))


def _head(group: SeedGroup, width: int) -> list[str]:
    """Return the lines of a column's heading, broken between words where they are wider than its cells."""
    seeds = [f"{seeds_words(group)} seeds"] if len(group.runs) > 1 else []
    parts = [*group.label.split(", "), *seeds]
    return [line for part in parts for line in wrap(part, max(width, 1), break_long_words=False)]


def _lines(group: SeedGroup, head: Sequence[str], cells: Sequence[Cell], lines: int) -> Iterator[Content]:
    """Yield a column's lines: its heading, `lines` high, and its cells."""
    width = max(map(cell_len, [*head, *(cell.text for cell in cells)])) + _GAP
    colour = f"bold ${group.style.colour.name}"
    for word, _ in zip_longest(head, range(lines), fillvalue=""):
        yield Content.styled(f"{_right(str(word), width)}{' ' * len(_MARK)}", colour)
    for cell in cells:
        mark = _MARK if cell.tone is Tone.BEST else " " * len(_MARK)
        yield Content.styled(f"{_right(cell.text, width)}{mark}", _STYLES[cell.tone])


def _right(words: str, width: int) -> str:
    return " " * (width - cell_len(words)) + words
