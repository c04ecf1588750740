"""The settings of a suite and its runs, a line each, checked as they are typed; the flags' own list."""

import asyncio
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label

from core.config.grid import sweepable
from core.config.presets import RECIPES
from core.config.settings import OneOf
from core.printable import printable
from tui.start.choice import FIRST_SEED, SETTINGS, Choice, field_words
from tui.start.choice_field import ChoiceField

FIELD: Final = ".field"
"""Selects every field."""


class SettingsForm(VerticalScroll, can_focus=False, inherit_bindings=False):
    """A field a setting; says which text changed, and shows what is wrong with it.

    It has no keys of its own: the arrows are to go from field to field, also where not all have room.
    """

    @dataclass
    class Edited(Message):
        """A field's text is another one now."""

        field: str
        text: str

    def __init__(self, choice: Choice) -> None:
        super().__init__(id="settings", classes="frame")
        self._choice = choice

    def compose(self) -> ComposeResult:
        """Put a name before each field."""
        for field in SETTINGS:
            with Horizontal(classes="setting", id=f"setting-{field}"):
                yield Label(field_words(field))
                yield self._field(field)

    def _field(self, field: str) -> ChoiceField | Input:
        text, kind = printable(self._choice.text(field)), SETTINGS[field].kind
        if isinstance(kind, OneOf):
            return ChoiceField(
                tuple(kind.options), text, name=field, classes="field", tooltip=_tooltip(field)
            )
        return Input(
            text,
            placeholder=_default_words(field, self._choice),
            name=field,
            classes="field",
            compact=True,
            select_on_focus=False,
            tooltip=_tooltip(field),
        )

    def on_descendant_focus(self) -> None:
        """Say how to go on from here: a field keeps most keys to itself."""
        self.border_subtitle = "enter next · esc done"

    def on_descendant_blur(self) -> None:
        """Say it no more."""
        self.border_subtitle = ""

    @on(Input.Changed)
    @on(ChoiceField.Changed)
    def _tell(self, event: Input.Changed | ChoiceField.Changed) -> None:
        """Say what was typed."""
        event.stop()
        field = event.input if isinstance(event, Input.Changed) else event.field
        self.post_message(self.Edited(field.name or "", self._text(field)))

    def _text(self, field: Input | ChoiceField) -> str:
        given = self._choice.text(field.name or "")
        return given if field.value == printable(given) else field.value  # a folder's name as it is

    async def texts(self) -> dict[str, str]:
        """Return what stands in each field, when every key that is on its way has come."""
        found = {}
        for field in self.query(FIELD).results():
            if isinstance(field, Input | ChoiceField) and field.name is not None:
                come = asyncio.Event()
                if field.call_later(come.set):
                    await come.wait()
                found[field.name] = self._text(field)
        return found

    def show(self, choice: Choice) -> None:
        """Mark the fields that are wrong; keep what stands in them."""
        mistakes = choice.mistakes
        for field in SETTINGS:
            row = self.query_one(f"#setting-{field}")
            row.set_class(field in mistakes, "-wrong")
            for text in row.query(Input):
                text.placeholder = _default_words(field, choice)


def _tooltip(field: str) -> str:
    setting = SETTINGS[field]
    typed = field in sweepable() and not isinstance(setting.kind, OneOf)
    several = "; several, with commas, are trained with in turn" if typed else ""
    return f"{setting.help}: {setting.kind.wanted}{several}"


def _default_words(field: str, choice: Choice) -> str:
    match field:
        case "learning_rate":
            return f"{RECIPES[choice.preset].learning_rate:g} by preset"
        case "seed":
            return "as listed" if "," in choice.text("seeds") else str(FIRST_SEED)
        case "seeds":
            return "1"
        case "parallel":
            return "auto"
    return "all" if SETTINGS[field].optional else SETTINGS[field].metavar.lower()
