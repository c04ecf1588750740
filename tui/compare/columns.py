"""Columns beside each other, as many as there is room for: none is cut, and the others can be paged to."""

from collections.abc import Sequence
from itertools import accumulate

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static


class Columns(Static):
    """Shows whole columns; `shown` are the positions of the first and of the one after the last."""

    shown: reactive[tuple[int, int]] = reactive((0, 0), init=False)

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._columns: tuple[tuple[Content, ...], ...] = ()

    def show(self, columns: Sequence[Sequence[Content]]) -> None:
        """Show `columns`, each of lines that are equally wide."""
        self._columns = tuple(map(tuple, columns))
        self._begin_at(min(self.shown[0], max(len(columns) - 1, 0)))

    def page(self, by: int) -> None:
        """Begin with the column so many places farther, as long as there are others to be seen."""
        first, end = self.shown
        if by < 0 < first or (by > 0 and end < len(self._columns)):
            self._begin_at(max(first + by, 0))

    def on_resize(self) -> None:
        """Show as many columns as fit now."""
        self._begin_at(self.shown[0])

    def _begin_at(self, first: int) -> None:
        room = self.size.width
        widths = [lines[0].cell_length for lines in self._columns]
        if room and first:  # a wider room is filled from the left
            fitting = sum(width <= room for width in accumulate(reversed(widths)))
            first = max(min(first, len(widths) - fitting), 0)
        fit = sum(width <= room for width in accumulate(widths[first:])) if room else len(widths)
        self.shown = first, min(first + max(fit, 1), len(widths))
        beside = zip(*self._columns[first : self.shown[1]], strict=True)
        self.update(Content("\n").join(Content.assemble(*parts) for parts in beside))
