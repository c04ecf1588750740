"""The settings of a suite, its runs and their recipe, a line each, checked as they are typed."""

import asyncio
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label

from core.config.devices import Devices
from core.config.grid import sweepable
from core.config.presets import RECIPES, Optimizer, Schedule
from core.config.recipe_edits import recipe_settings, with_optimizer
from core.config.settings import OneOf
from core.printable import printable
from tui.start.choice import FIRST_SEED, Choice
from tui.start.choice_field import ChoiceField
from tui.start.fields import SETTINGS, field_words

FIELD: Final = ".field"
"""Selects every field."""

RECIPE_FIELD: Final = ".recipe-field"
"""Selects every field of the recipe."""

_EDITED: Final = "•"
_KEYS: Final = "e edit · r recipe"


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
        self._choice = self._shown = choice
        self._rows: dict[str, tuple[Horizontal, Label]] = {}
        self._own: dict[str, Input | ChoiceField] = {}
        self._heading = ""

    def compose(self) -> ComposeResult:
        """Put a name before each field, and a heading before those of the recipe."""
        for field in SETTINGS:
            if field == next(iter(recipe_settings())):
                yield Label(id="recipe-heading")
            with Horizontal(classes="setting", id=f"setting-{field}") as row:
                yield (label := Label(field_words(field)))
                yield self._own.setdefault(field, self._field(field))
            self._rows[field] = row, label

    def _field(self, field: str) -> ChoiceField | Input:
        text, kind = printable(self._choice.text(field)), SETTINGS[field].kind
        classes = "field recipe-field" if field in recipe_settings() else "field"
        if isinstance(kind, OneOf | Devices):
            words = ("",) * SETTINGS[field].optional + tuple(kind.options)
            return ChoiceField(words, text, name=field, classes=classes, tooltip=_tooltip(field))
        return Input(
            text,
            name=field,
            classes=classes,
            compact=True,
            select_on_focus=False,
            tooltip=_tooltip(field),
        )

    def on_descendant_focus(self) -> None:
        """Say how to go on from here: a field keeps most keys to itself."""
        self.border_subtitle = "enter next · esc done"

    def on_descendant_blur(self) -> None:
        """Say how to come here."""
        self.border_subtitle = _KEYS + " · x reset" * bool(self._shown.edited)

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
        for name, field in self._own.items():
            come = asyncio.Event()
            if field.call_later(come.set):
                await come.wait()
            found[name] = self._text(field)
        return found

    def take_the_presets_recipe(self) -> None:
        """Empty the fields of the recipe."""
        for name, field in self._own.items():
            if name in recipe_settings():
                field.value = ""

    def show(self, choice: Choice) -> None:
        """Mark the fields that are wrong, and what is edited of the recipe; keep what stands in them."""
        self._shown = choice
        if not self.has_focus_within:
            self.on_descendant_blur()
        mistakes, edited = choice.mistakes, choice.edited
        others = f" and {len(choice.presets) - 1} more" if len(choice.presets) > 1 else ""
        heading = f"recipe of {choice.preset}{others}{', edited' if edited else ''}"
        if heading != self._heading:
            self._heading = heading
            self.query_one("#recipe-heading", Label).update(heading)
        for name, field in self._own.items():
            row, label = self._rows[name]
            row.set_class(name in mistakes, "-wrong")
            if row.has_class("-edited") != (name in edited):
                row.set_class(name in edited, "-edited")
                label.update(f"{field_words(name)}{_EDITED * (name in edited)}")
            words = _default_words(name, choice)
            if isinstance(field, Input):
                field.placeholder = words
            elif field.otherwise != words:
                field.otherwise = words


def _tooltip(field: str) -> str:
    setting = SETTINGS[field]
    typed = field in sweepable() and not isinstance(setting.kind, OneOf)
    several = "; several, with commas, are trained with in turn" if typed else ""
    return f"{setting.help}: {setting.kind.wanted}{several}"


def _default_words(field: str, choice: Choice) -> str:
    """Say what an empty field stands for."""
    if field in recipe_settings():
        return _preset_words(field, choice)
    match field:
        case "learning_rate":
            return f"{RECIPES[choice.preset].learning_rate:g} by preset"
        case "seed":
            return "as listed" if "," in choice.text("seeds") else str(FIRST_SEED)
    words = {"seeds": "1", "parallel": "auto", "export": "none in the end", "model": "the preset's"}
    words |= {"test_split": "by its name", "holdout": "none, if there are test images"}
    return words.get(field, "all" if SETTINGS[field].optional else SETTINGS[field].metavar.lower())


def _preset_words(field: str, choice: Choice) -> str:
    """Say what a part of the recipe is where it is not edited, or why there is none."""
    asked = choice.text("optimizer").strip()
    recipe = with_optimizer(RECIPES[choice.preset], Optimizer(asked) if asked in set(Optimizer) else None)
    muon_s = field.startswith("auxiliary") or field == "fixed_weight_norm"
    match getattr(recipe, field):
        case _ if muon_s and recipe.optimizer is not Optimizer.MUON:
            return "with muon alone"
        case _ if field == "warmup" and choice.recipe.schedule is not Schedule.LINEAR:
            return "if linear"
        case _ if field == "dropout" and (choice.network or recipe.skeleton):
            return "the network's" if choice.network else "none in this"
        case bool(value):
            return f"{'on' if value else 'off'} by preset"
        case float(value):
            return f"{value:g} by preset"
        case value:
            return f"{value} by preset"
