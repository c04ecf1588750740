"""The table of keys in the README, made from the registry of actions.

Write it anew with ``uv run python -m tests.readme_keys`` after changing `tui.frame.actions`.
"""

from collections.abc import Iterator

from tests.readme_parts import write_part
from tui.frame.actions import Action, Place, actions


def keys_table() -> str:
    """Return the table: a row an action, by place."""
    return "\n".join(("| where | key | what it does |", "| :-- | :-- | :-- |", *_rows())) + "\n"


def _rows() -> Iterator[str]:
    for place in Place:
        for position, action in enumerate(actions(place)):
            yield f"| {'' if position else place} | {_keys(action)} | {action.help} |"


def _keys(action: Action) -> str:
    return " ".join(f"`{key}`" for key in action.key_words)


if __name__ == "__main__":
    write_part("keys", keys_table())
