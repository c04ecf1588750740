"""The table of keys in the README, made from the registry of actions.

Write it anew with ``uv run python -m tests.readme_keys`` after changing `tui.actions`.
"""

from collections.abc import Iterator
from typing import Final

from tests.readme_results import README
from tui.actions import Action, Place, actions

_BEGIN: Final = "<!-- keys: written by tests/readme_keys.py -->\n"
_END: Final = "<!-- end of keys -->\n"


def keys_table() -> str:
    """Return the table: a row an action, by place."""
    return "\n".join(("| where | key | what it does |", "| :-- | :-- | :-- |", *_rows())) + "\n"


def _rows() -> Iterator[str]:
    for place in Place:
        for position, action in enumerate(actions(place)):
            yield f"| {'' if position else place} | {_keys(action)} | {action.help} |"


def _keys(action: Action) -> str:
    return " ".join(f"`{key}`" for key in action.key_words)


def with_keys(readme: str) -> str:
    """Return the README's text with the table of today's actions."""
    before, rest = readme.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}\n{keys_table()}\n{_END}{after}"


def main() -> None:
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
