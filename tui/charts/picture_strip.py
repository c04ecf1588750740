"""Small images side by side, each with a few lines of words below it."""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip

from tui.charts.ink import PLAIN, Line, Piece, fitted
from tui.charts.palette import Palette
from tui.charts.picture import SMALL, picture_lines
from tui.charts.picture_layout import PictureLayout, arranged, count_shown
from tui.charts.signs import signs_of
from tui.charts.themed import Themed

LEAST_LINES: Final = 5  # of a picture in colours that something is made out in


@dataclass(frozen=True, slots=True)
class Captioned:
    """An image, PNG in base64, and the lines below it.

    Each line is told in several ways, of which the first that fits is shown; if none does, the last is cut.
    """

    png: str
    lines: tuple[tuple[Line, ...], ...]


class PictureStrip(Themed):
    """Draws images as large as there is room for, the words alone where there is too little for pictures.

    Of many images the first ones are drawn, as many as can be made out.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id, classes=classes)
        self._items: tuple[Captioned, ...] = ()
        self._most_lines = 0  # of words
        self._pictures: dict[tuple[str, Size], list[Strip]] = {}
        self._strips: list[Strip] = []
        self._made_for = Size(0, 0)

    @property
    def least_lines(self) -> int:
        """How many lines a picture needs at least, in what the terminal can show."""
        signs = signs_of(self.app)
        return LEAST_LINES if signs.colour and not signs.ascii_only else SMALL.height

    @property
    def count_shown(self) -> int:
        """How many of the images there is room for."""
        return count_shown(self.size, len(self._items), self._most_lines, self.least_lines)

    def show_images(self, items: tuple[Captioned, ...]) -> None:
        """Show `items` from now on; where only words are others, only they are drawn again."""
        if items == self._items:
            return
        same = [item.png for item in items] == [item.png for item in self._items]
        same = same and [len(item.lines) for item in items] == [len(item.lines) for item in self._items]
        self._items, self._strips = items, []
        self._most_lines = max((len(item.lines) for item in items), default=0)
        self.refresh(*(self._words_regions() if same and self._made_for == self.size else ()))

    def recolour(self) -> None:
        """Redraw all of it."""
        self._pictures.clear()
        self._strips = []
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one of the lines; all are made when the first is asked for."""
        if self._made_for != self.size or not self._strips:
            self._strips, self._made_for = self._made(), self.size
        line = self._strips[y] if y < len(self._strips) else Strip([])
        return line.adjust_cell_length(self.size.width, Palette(self).style(PLAIN))

    # -- drawing -----------------------------------------------------------------------------------------

    @property
    def _layout(self) -> PictureLayout:
        return arranged(self.size, self.count_shown, self._most_lines, self.least_lines)

    def _words_regions(self) -> list[Region]:
        """Return where the words stand."""
        layout = self._layout
        tops = (layout.picture.height + row * layout.pitch for row in range(layout.rows))
        return [Region(0, top, self.size.width, layout.words) for top in tops]

    def _made(self) -> list[Strip]:
        if not self._items or not self.size.width:
            return []
        layout, palette = self._layout, Palette(self)
        shown = self._items[: self.count_shown]
        rows = [shown[first : first + layout.columns] for first in range(0, len(shown), layout.columns)]
        return [strip for row in rows for strip in self._row(row, layout, palette)]

    def _row(self, row: tuple[Captioned, ...], layout: PictureLayout, palette: Palette) -> list[Strip]:
        """Draw the images that stand side by side."""
        width, blank = self.size.width // layout.columns, palette.style(PLAIN)
        cells = [self._cell(item, width, layout, palette) for item in row]
        return [
            Strip.join(strip.adjust_cell_length(width, blank) for strip in line)
            for line in zip(*cells, strict=True)
        ]

    def _cell(self, item: Captioned, width: int, layout: PictureLayout, palette: Palette) -> list[Strip]:
        """Draw one image with its words, in as many lines as every cell has."""
        words = [self._words(ways, width - 1, palette) for ways in item.lines]
        lines = [*self._picture(item.png, layout.picture, palette), *words]
        return [*lines, *[Strip([])] * (layout.pitch - len(lines))]

    def _picture(self, png: str, size: Size, palette: Palette) -> list[Strip]:
        if not size.height:
            return []
        if (png, size) not in self._pictures:
            dark = self.app.current_theme.dark
            drawn = picture_lines(png, size, signs_of(self.app), palette.style(PLAIN), dark=dark)
            self._pictures[png, size] = [*drawn, *[Strip([])] * (size.height - len(drawn))]
        return self._pictures[png, size]

    def _words(self, ways: tuple[Line, ...], width: int, palette: Palette) -> Strip:
        """Write one line of words in `width` columns."""
        signs = signs_of(self.app)
        whole = (way for way in ways if sum(cell_len(piece.text) for piece in way) <= width)
        line = next(whole, None) or _cut(ways[-1], width)
        return Strip([Segment(signs.text(piece.text), palette.style(piece.ink)) for piece in line])


def _cut(line: Line, width: int) -> Line:
    """Return what `width` columns have room for; a sign tells that something is cut off."""
    pieces: list[Piece] = []
    for piece in line:
        room = width - sum(cell_len(own.text) for own in pieces)
        pieces.append(Piece(fitted(piece.text, min(room, cell_len(piece.text))), piece.ink))
    return tuple(pieces)
