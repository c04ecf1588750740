"""Long names in the columns of a terminal."""

from collections.abc import Iterator

from rich.cells import cell_len

_ELLIPSIS = "…"


def cut_inside(name: str, width: int) -> str:
    """Return `name` in at most `width` columns, with a sign in place of its middle where it is too long."""
    if cell_len(name) <= width:
        return name
    end = _first(reversed(name), (width - 1) // 2)[::-1]
    return _first(iter(name), width - 1 - cell_len(end)) + _ELLIPSIS + end if width > 0 else ""


def _first(characters: Iterator[str], width: int) -> str:
    """Return as many of `characters` as fit into `width` columns."""
    taken = ""
    for character in characters:
        if cell_len(taken + character) > width:
            break
        taken += character
    return taken
