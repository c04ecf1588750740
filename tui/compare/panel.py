"""What every panel of the comparison is."""

from textual.containers import VerticalScroll

from tui.compare.view import View


class Panel(VerticalScroll):
    """A part of the screen that shows the compared runs in its own way."""

    def show_view(self, view: View) -> None:
        """Show `view`; what looks the same as before is not drawn again."""
        raise NotImplementedError
