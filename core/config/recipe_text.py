"""Edits of a recipe as people write them: NAME=VALUE on the command line, or a table of TOML."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from core.config.recipe_edits import recipe_settings
from core.config.run_config import settings
from core.config.settings import OneOf, Setting, Switch, WholeNumber
from core.errors import InputError

_MOST_SHOWN: Final = 60
"""Characters of what somebody wrote that a message repeats."""


def editable() -> dict[str, Setting]:
    """Return what of a recipe people can edit, by its name in `Recipe`: two rates have flags of their own."""
    own = ("learning_rate", "schedule")
    return {name: settings()[name] for name in own} | recipe_settings()


def parse_edit(text: str) -> tuple[str, Any]:
    """Read an edit such as dropout=0.1; return the name, as `RunConfig.value` takes it, and the value.

    Raises:
        InputError: a recipe has no such part, or it does not take the value.
    """
    name, equals, value = text.partition("=")
    given = f"--set {_shown(text)}"
    if not equals:
        raise InputError(f"{given}: must be NAME=VALUE, such as dropout=0.1")
    name = _known(name.strip(), given, value)
    return name, editable()[name].parse(value.strip(), given)


def edits_of(table: Mapping[str, object], source: str) -> dict[str, Any]:
    """Return the edits that `table` has, as TOML was read, by the names that `RunConfig.value` takes.

    `source` names the table for messages.

    Raises:
        InputError: a recipe has no such part, or it does not take a value.
    """
    edits: dict[str, Any] = {}
    for written, value in table.items():
        given = f"{source}: {_shown(f'{written} = {_toml(value)}')}"
        name = _known(written, f"{source}: {_shown(written)}")
        if name in edits:
            raise InputError(f"{given}: is there by another name already; must be once")
        edits[name] = _value(editable()[name], value, given)
    return edits


def edited_text(edited: Mapping[str, object]) -> str:
    """Write what is edited, by name: "dropout 0.1, flip off"; empty where nothing is."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in edited.items())


def _known(name: str, given: str, value: str | None = None) -> str:
    """Return the name in `Recipe` of what is called `name`; say what is near to it where there is none."""
    fields = {alias: field for field, it in editable().items() for alias in (field, it.name)}
    if name in fields:
        return fields[name]
    others = {alias: it for field, it in settings().items() for alias in (field, it.name)}
    if name in others:
        flag = others[name].flag if value is None else f"{others[name].flag} {_shown(value)}"
        raise InputError(f"{given}: no part of a recipe; give {flag} instead")
    near = get_close_matches(name.lower().replace("-", "_"), fields, n=1)
    right = f"did you mean {near[0]}?" if near else f"must be one of {', '.join(editable())}"
    raise InputError(f"{given}: a recipe has no such part; {right}")


def _value(setting: Setting, value: object, given: str) -> Any:  # noqa: ANN401 - each setting has its own type
    """Return a value of TOML's as the setting has it: nothing is rounded, no text taken for a number."""
    kind = setting.kind
    match value:
        case bool() if isinstance(kind, OneOf) and kind.options is Switch:
            return Switch.ON if value else Switch.OFF
        case str() if isinstance(kind, OneOf):
            return setting.parse(value, given)
        case bool() | str():
            pass
        case int() | float() if not isinstance(kind, OneOf) and kind.accepts(value):
            return value if isinstance(kind, WholeNumber) else float(value)
    raise InputError(f"{given}: must be {_wanted(setting)}")


def _wanted(setting: Setting) -> str:
    kind = setting.kind
    if not isinstance(kind, OneOf):
        return kind.wanted
    if kind.options is Switch:
        return "true or false"
    return "one of " + ", ".join(f'"{option}"' for option in kind.options)


def _toml(value: object) -> str:
    """Write a value as it stood in the file, near enough to be found there."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case int() | float():
            return _number(value)
        case dict():
            return "{…}"
        case list():
            return "[…]"
    return str(value)


def _number(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # Python writes no whole number of more than a few thousand digits
        return "…"


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
