"""The table of keys."""

from collections.abc import Iterator

from core.report.markup import table
from tui.frame.action import Action, Place
from tui.frame.actions import actions


def keys_table() -> str:
    """Return the table: a row an action, by place."""
    return table(("where", "key", "what it does"), _rows(), left=range(3))


def _rows() -> Iterator[tuple[str, str, str]]:
    for place in Place:
        for position, action in enumerate(actions(place)):
            yield ("" if position else place.value, _keys(action), action.help)


def _keys(action: Action) -> str:
    return " ".join(f"`{key}`" for key in action.key_words)
