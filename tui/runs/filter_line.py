"""The line in which the list is narrowed, with one below that tells what can be typed, or a mistake."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

_HINT: Final = "words, or norm:layer lr>=0.01 acc>80 seed:1,2 state:failed; f1 tells all"


class FilterLine(Vertical):
    """A field for words and conditions; the screen shows it while there is a filter."""

    def __init__(self) -> None:
        super().__init__(id="filter")
        self.input = Input(compact=True, placeholder="words of a row, such as: layer finished")
        self._hint = Static(_HINT, id="filter-hint", markup=False)

    def compose(self) -> ComposeResult:
        """Put the field beside its name, over what there is to say of it."""
        with Horizontal(id="filter-field"):
            yield Static("filter", id="filter-name")
            yield self.input
        yield self._hint

    def tell(self, mistake: str) -> None:
        """Say what could not be read; where nothing is wrong, what can be typed."""
        self._hint.update(mistake or _HINT)
        self.set_class(bool(mistake), "-mistake")
