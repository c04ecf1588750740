"""A field that takes one of a few words."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class ChoiceField(Static, can_focus=True):
    """Shows the word that is chosen; arrows and space choose the next, a letter the next that begins so.

    Where no word need be chosen, the first is empty, and `otherwise` tells what it stands for.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", "other", show=False),
        Binding("right,space", "choose(1)", "other", show=False),
    ]

    value: reactive[str] = reactive("", init=False)
    otherwise: reactive[str] = reactive("", init=False)

    @dataclass
    class Changed(Message):
        """Another word is chosen."""

        field: "ChoiceField"

    def __init__(self, words: tuple[str, ...], value: str, *, name: str, classes: str, tooltip: str) -> None:
        super().__init__(name=name, classes=classes)
        self.tooltip = tooltip
        self._words = words if value in words else (value, *words)
        self.set_reactive(ChoiceField.value, value)

    def render(self) -> str:
        """Show that there are others while the keys are here."""
        words = self.value or self.otherwise
        return f"‹ {words} ›" if self.has_focus else words

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Tell that a letter is for the words, and for no action of the screen."""
        return key == "space" or (character is not None and character.isprintable())

    def action_choose(self, by: int) -> None:
        """Choose the word `by` further on, round the end."""
        self.value = self._words[(self._words.index(self.value) + by) % len(self._words)]

    def on_key(self, event: events.Key) -> None:
        """Choose the next word that begins with the letter."""
        if event.character is None or not event.is_printable or event.key == "space":
            return
        event.stop()
        at = self._words.index(self.value) + 1
        others = (*self._words[at:], *self._words[:at])
        self.value = next((word for word in others if word.startswith(event.character.lower())), self.value)

    def on_click(self) -> None:
        """Choose the next word."""
        self.action_choose(1)

    def watch_value(self) -> None:
        """Say so."""
        self.post_message(self.Changed(self))
