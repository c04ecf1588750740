"""The confusion matrix as a heat map, whose names stay in sight when it scrolls."""

from textwrap import wrap
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.charts.confusion_cells import Cell, Confusion, HeatLayout, heat_layout, part_that_fits
from tui.charts.ink import PLAIN, Ink
from tui.charts.palette import Palette
from tui.charts.signs import signs_of
from tui.charts.themed import Themed

MOST_WHOLE: Final = 20
"""Classes; of more, those that are confused most are shown, or all where that is asked for."""
_HOTTEST: Final = 0.9  # how far the hottest cell's ground is on its way to the colour
_HEADS: Final = 2  # lines that stay


class HeatMap(ScrollView, Themed):
    """Draws a confusion matrix, and scrolls where there is no room; only cells in sight are drawn."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id, classes=classes)
        self._confusion: Confusion | None = None
        self._empty = ""
        self._whole = False
        self._layout: HeatLayout | None = None

    def show(self, confusion: Confusion | None, empty: str = "", *, whole: bool = False) -> None:
        """Show `confusion` from now on, all of it where it is `whole`; where there is none, say `empty`."""
        if (confusion, empty, whole) != (self._confusion, self._empty, self._whole):
            if whole is not self._whole:
                self.scroll_home(animate=False)
            self._confusion, self._empty, self._whole = confusion, empty, whole
            self.recolour()

    def on_resize(self) -> None:
        """Lay the map out for the new size."""
        self.recolour()

    def recolour(self) -> None:
        """Redraw the map."""
        if not self.size.width:
            return
        room = self.size  # with that of bars: one that is there for another map is no reason for a bar
        layout = self._laid_out(room)
        fits = layout is None or (layout.height <= room.height and layout.width <= room.width)
        if not fits:
            least = Size(self.styles.scrollbar_size_vertical, self.styles.scrollbar_size_horizontal)
            layout = self._laid_out(room - least)
        self.styles.overflow_x = self.styles.overflow_y = "hidden" if fits else "auto"
        self._layout = layout
        self.virtual_size = Size(layout.width, layout.height) if layout and not fits else Size(0, 0)
        self.refresh()

    def _laid_out(self, room: Size) -> HeatLayout | None:
        shown = self._confusion
        if shown is None:
            return None
        if len(shown.classes) > MOST_WHOLE and not self._whole:
            shown = part_that_fits(shown, room.width, room.height)
        return heat_layout(shown, room.width, room.height, signs_of(self.app))

    # -- drawing -----------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw a line of what is in sight; heading and heads of columns are always."""
        palette = Palette(self)
        plain, width, layout = palette.style(PLAIN), self.size.width, self._layout
        if layout is None:
            lines = wrap(self._empty, max(width, 1))
            return Strip([Segment(lines[y] if y < len(lines) else "", plain)]).adjust_cell_length(
                width, plain
            )
        across, down = self.scroll_offset
        at = y if y < _HEADS else y + down
        if at >= layout.height:
            return Strip.blank(width, plain)
        colour = palette.colour(Ink(layout.confusion.colour))
        first = across // layout.column
        columns = range(first, min((across + width) // layout.column + 1, len(layout.heads)))

        def drawn(cell: Cell) -> Segment:
            if not cell.heat:
                return Segment(cell.text, plain)
            ground = palette.background.blend(colour, _HOTTEST * cell.heat)
            return Segment(
                cell.text, Style.from_color(ground.get_contrast_text(1).rich_color, ground.rich_color)
            )

        name, *cells = map(drawn, layout.line(at, columns))
        moved = across - first * layout.column
        counts = Strip(cells).crop(moved, moved + max(width - layout.name - 1, 0)) if cells else Strip([])
        return Strip.join([Strip([name]), counts]).adjust_cell_length(width, plain)
