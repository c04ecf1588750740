"""The settings of a suite and its runs, a line each, checked as they are typed; the flags' own list."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label

from core.config.grid import sweepable
from core.config.presets import RECIPES
from core.printable import printable
from tui.start.choice import FIRST_SEED, SETTINGS, Choice


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
                yield Label(field.replace("_", " "))
                yield Input(
                    printable(self._choice.text(field)),
                    placeholder=_default_words(field, self._choice),
                    name=field,
                    compact=True,
                    select_on_focus=False,
                    tooltip=_tooltip(field),
                )

    def on_descendant_focus(self) -> None:
        """Say how to go on from here: a field keeps most keys to itself."""
        self.border_subtitle = "enter trains · esc done"

    def on_descendant_blur(self) -> None:
        """Say it no more."""
        self.border_subtitle = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what was typed."""
        event.stop()
        if event.input.name is not None:
            given = self._choice.text(event.input.name)
            text = given if event.value == printable(given) else event.value  # a folder's name as it is
            self.post_message(self.Edited(event.input.name, text))

    def show(self, choice: Choice) -> None:
        """Mark the fields that are wrong; keep what stands in them."""
        mistakes = choice.mistakes
        for field in SETTINGS:
            row = self.query_one(f"#setting-{field}")
            row.set_class(field in mistakes, "-wrong")
            row.query_one(Input).placeholder = _default_words(field, choice)


def _tooltip(field: str) -> str:
    setting = SETTINGS[field]
    several = "; several, with commas, are trained with in turn" if field in sweepable() else ""
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
