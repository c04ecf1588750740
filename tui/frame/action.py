"""What an action is: something that keys do, at some place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """Where an action's keys are heard; the value is how people call it."""

    EVERYWHERE = "everywhere"
    START = "start"
    TRAIN = "train"
    COMPARE = "compare"
    RUNS = "runs"
    TRACKED = "open"
    CHART = "in a plot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a key does.

    `name` is Textual's, arguments included; `keys` are Textual's names, comma-separated; `label` is for the
    key bar, `help` one sentence. A `quiet` action works and is in the help, but never in the key bar. One
    that is `first` acts before the widget with the focus, which has a use of its own for the key.
    """

    place: Place
    name: str
    keys: str
    label: str
    help: str
    quiet: bool = False
    first: bool = False

    @property
    def binding_id(self) -> str:
        """What tells its bindings from all others."""
        return f"{self.place.name.lower()}.{self.name}"

    @property
    def base_name(self) -> str:
        """Its name without arguments, as `check_action` is asked for it."""
        return self.name.partition("(")[0]

    @property
    def key_words(self) -> tuple[str, ...]:
        """Its keys as people write them."""
        return tuple(map(key_words, self.keys.split(",")))


_SIGNS: Final = {
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "ctrl": "^",
    "escape": "esc",
}


def key_words(key: str) -> str:
    """Return how people write a key of Textual's name, e.g. ``^p`` for ``ctrl+p``."""
    *modifiers, last = key.split("+")
    words = _SIGNS.get(last, last)
    for modifier in modifiers:
        words = f"^{words}" if modifier == "ctrl" else f"{modifier}-{words}"
    return words


def at(
    place: Place, name: str, keys: str, label: str, text: str, *, quiet: bool = False, first: bool = False
) -> Action:
    """Return the action `name` of `place`, as a line of the registry."""
    return Action(place=place, name=name, keys=keys, label=label, help=text, quiet=quiet, first=first)
