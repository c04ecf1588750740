"""The palette, as Textual has it, without what breaks it."""

from textual.command import CommandPalette
from textual.errors import NoWidget
from textual.geometry import Region
from textual.widget import Widget


class Palette(CommandPalette):
    """Is closed by a click beside it, also where a smaller terminal has nothing any more."""

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """Return what is at a place of the screen; itself where nothing is."""
        try:
            return super().get_widget_at(x, y)
        except NoWidget:
            return self, self.region
