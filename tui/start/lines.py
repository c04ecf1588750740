"""The start screen's lines on what is there: a suite that trains, images, device, mistakes."""

from collections.abc import Collection
from pathlib import Path

from textual.content import Content
from textual.widgets import Static

from tui.start.live_words import live_words


class LiveLine(Static):
    """Says which suite trains already, and how many wait; nothing where none does."""

    def __init__(self) -> None:
        super().__init__(id="live", classes="-none")

    def show(self, suite: Path | None, waiting: int) -> None:
        """Name `suite`, and tell how many are `waiting` for its end."""
        self.set_class(suite is None and not waiting, "-none")
        self.update(Content(" · ").join(live_words(suite, waiting)))


class FoundLines(Static):
    """Says what is wrong with the choice or, where nothing is, what was found."""

    def __init__(self) -> None:
        super().__init__(id="found", markup=False)

    def show(self, mistakes: Collection[str], otherwise: str) -> None:
        """Show as many of `mistakes` as there is room for."""
        told = list(mistakes)
        self.set_class(bool(told), "-wrong")
        self.set_class(len(told) > 1, "-several")
        if len(told) > (room := max(self.size.height, 1)) > 1:
            told[room - 1 :] = [f"… and {len(told) - room + 1} more"]
        self.update("\n".join(told) or otherwise)
