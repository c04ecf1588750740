"""The accuracy by class as a part of the screen: only lines in sight are drawn, and heads stay in sight."""

from collections.abc import Sequence
from typing import Final

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from core.results.seed_groups import SeedGroup
from tui.charts.bars import ClassTable, bar_lines, class_table, head_count, least_known_first
from tui.charts.ink import PLAIN, Line
from tui.charts.palette import Palette
from tui.charts.signs import signs_of
from tui.charts.themed import Themed

MOST_IN_ORDER: Final = 20
"""Classes; of more, those that are known least come first."""


class ClassBars(ScrollView, Themed):
    """Draws the accuracy by class of any number of runs; scrolls where there is no room, but not its heads.

    Of many classes, those that are known least come first.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id, classes=classes)
        self._table = ClassTable()
        self._lines: list[Line] = []
        self._heads = 0

    def show(self, groups: Sequence[SeedGroup]) -> None:
        """Show the last evaluations of `groups` from now on."""
        table = class_table(groups)
        if len(table.classes) > MOST_IN_ORDER:
            table = least_known_first(table)
        if table != self._table:
            self._table = table
            self.recolour()

    def on_resize(self) -> None:
        """Lay the bars out for the new size."""
        self.recolour()

    def recolour(self) -> None:
        """Redraw the bars."""
        if not self.size.width:
            return
        width, height = self.size  # with that of a bar: one that is there already is no reason for a bar
        signs = signs_of(self.app)
        lines = bar_lines(self._table, width, height, signs)
        fits = len(lines) <= height
        if not fits:
            lines = bar_lines(self._table, width - self.styles.scrollbar_size_vertical, height, signs)
            self._heads = head_count(self._table, width - self.styles.scrollbar_size_vertical)
        self._lines = lines
        self.styles.overflow_y = "hidden" if fits else "auto"
        self.virtual_size = Size(0, 0 if fits else len(lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line of what is in sight."""
        palette, signs, width = Palette(self), signs_of(self.app), self.size.width
        at = y if y < self._heads or not self.virtual_size.height else y + self.scroll_offset.y
        line = self._lines[at] if at < len(self._lines) else ()
        segments = [Segment(signs.text(piece.text), palette.style(piece.ink)) for piece in line]
        return Strip(segments).adjust_cell_length(width, palette.style(PLAIN))
