"""The panel of figures: a column a run, the better value marked."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, HorizontalScroll
from textual.content import Content
from textual.widgets import Static

from core.results.labelled_runs import LabelledRun
from tui.compare.figure_rows import Cell, Row, Tone, figure_rows, reading, remarks
from tui.compare.panel import Panel
from tui.compare.view import View

_GAP: Final = 1
_MARK: Final = " ★"
_FRAME: Final = 5  # columns: border, padding, scroll bar
_STYLES: Final = {Tone.PLAIN: "", Tone.BEST: "bold", Tone.GOOD: "$success", Tone.BAD: "bold $error"}


class TablePanel(Panel, can_focus=False):
    """Every figure of every run; the names of the figures stay where they are when the columns scroll."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = 0

    def compose(self) -> ComposeResult:
        """Put the names beside the columns, and the remarks beneath."""
        with Horizontal(id="figures"):
            yield Static(id="names")
            with HorizontalScroll(id="columns"):
                yield Static(id="cells")
        yield Static(id="remarks", markup=False)
        yield Static(id="reading", markup=False)

    def on_mount(self) -> None:
        """Name the panel."""
        self.add_class("frame")
        self.watch(self, "show_vertical_scrollbar", self._show_subtitle)

    def on_resize(self) -> None:
        """Return whether there are columns out of sight."""
        self._show_title()

    def _show_subtitle(self, scrolls: bool) -> None:  # noqa: FBT001 - Textual's
        more = "↑ ↓ show the rest · " if scrolls else ""
        self.border_subtitle = f"{more}★ the best, beyond luck"

    def _show_title(self) -> None:
        room = self.query_one("#columns").size.width
        self.border_title = f"figures{' · ← → show the other runs' if 0 < room < self._columns else ''}"

    def show_view(self, view: View) -> None:
        """Redraw the table."""
        rows = figure_rows(view.figures, view.verdict)
        heads = [run.label.split(", ") for run in view.runs]
        widths = [_width(head, column, rows) for column, head in enumerate(heads)]
        header = [
            Content.assemble(*map(_heading, line, view.runs, widths))
            for line in zip_longest(*heads, fillvalue="")
        ]
        lines = [*header, *(Content.assemble(*map(_written, row.cells, widths)) for row in rows)]
        names = [*[""] * len(header), *(row.name for row in rows)]
        self._columns = sum(widths) + len(_MARK) * len(widths)
        self._show_title()
        # the panel beside it takes the room that a table has no use for
        needed = max(map(len, names)) + self._columns + _FRAME
        self.styles.max_width = needed if self.query_ancestor("#panels").has_class("-two") else None
        self.query_one("#names", Static).update(Content("\n".join(names)))
        self.query_one("#cells", Static).update(Content("\n").join(lines))
        self.query_one("#remarks", Static).update("\n".join(remarks(view.runs, view.figures)))
        self.query_one("#reading", Static).update("\n".join(reading(view.figures)))


def _width(head: Sequence[str], column: int, rows: Sequence[Row]) -> int:
    return max(map(cell_len, [*head, *(row.cells[column].text for row in rows)])) + _GAP


def _heading(word: str, run: LabelledRun, width: int) -> Content:
    return Content.styled(f"{_right(word, width)}{' ' * len(_MARK)}", f"bold ${run.style.colour.name}")


def _written(cell: Cell, width: int) -> Content:
    mark = _MARK if cell.tone is Tone.BEST else " " * len(_MARK)
    return Content.styled(f"{_right(cell.text, width)}{mark}", _STYLES[cell.tone])


def _right(words: str, width: int) -> str:
    return " " * (width - cell_len(words)) + words
