"""The palette, as Textual has it, without what breaks it."""

from contextlib import suppress

from textual.command import CommandPalette
from textual.errors import NoWidget
from textual.geometry import Region
from textual.widget import Widget


class Palette(CommandPalette):
    """Is closed by a click where a smaller terminal has nothing any more, and pages through any list."""

    def _action_command_list(self, action: str) -> None:
        """Move in the list; Textual expects lines to page to, which one that was never drawn has not."""
        with suppress(KeyError):
            super()._action_command_list(action)

    def get_widget_at(self, x: int, y: int) -> tuple[Widget, Region]:
        """Return what is at a place of the screen; itself where nothing is."""
        try:
            return super().get_widget_at(x, y)
        except NoWidget:
            return self, self.region
