"""Inks become colours: those of the app's theme, on a widget's own background."""

from collections.abc import Iterable
from typing import Final

from rich.style import Style as RichStyle
from textual.color import Color
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.charts.ink import PLAIN, Ink, Line, Piece
from tui.charts.signs import Signs

_FAINTNESS: Final = 0.65  # how far a faint colour is on its way to the background
_DIMNESS: Final = 0.4
CURVE: Final = "curve"  # where a style holds whose curves a click is about


class Palette:
    """The colours of one widget in one theme; a name the theme lacks is the foreground's."""

    def __init__(self, widget: Widget) -> None:
        self._variables = widget.app.theme_variables
        _, self.background = widget.background_colors
        self._styles: dict[Ink, RichStyle] = {}

    def colour(self, ink: Ink) -> Color:
        """Return the colour of an ink on the widget's background."""
        foreground = self._variables["foreground"]
        # "auto 60%" is Textual's for black or white over the background; the foreground does as well
        value = self._variables.get(ink.colour, foreground).replace("auto", foreground)
        name, _, percent = value.partition(" ")
        colour = self.background.blend(Color.parse(name), float(percent.rstrip("%") or 100) / 100)
        return colour.blend(self.background, _FAINTNESS if ink.faint else _DIMNESS * ink.dim)

    def style(self, ink: Ink) -> RichStyle:
        """Return what rich draws an ink with."""
        if ink not in self._styles:
            self._styles[ink] = RichStyle.from_color(self.colour(ink).rich_color, self.background.rich_color)
        return self._styles[ink]

    def style_of(self, piece: Piece) -> RichStyle:
        """Return what rich draws a piece with, and by which a click finds its curves."""
        style = self.style(piece.ink)
        return style + RichStyle(meta={CURVE: piece.name}) if piece.name else style

    def content(self, lines: Iterable[Line], signs: Signs) -> Content:
        """Return coloured lines; plain words are left to the widget's own colour."""
        return Content("\n").join(
            Content.assemble(
                *(
                    text if piece.ink == PLAIN else (text, self._text_style(piece))
                    for piece in line
                    if (text := signs.text(piece.text))
                )
            )
            for line in lines
        )

    def _text_style(self, piece: Piece) -> Style:
        style = Style(foreground=self.colour(piece.ink))
        return style + Style.from_meta({CURVE: piece.name}) if piece.name else style
