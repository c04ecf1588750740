"""Coloured text before its colours are known: what a theme calls them."""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size


@dataclass(frozen=True, slots=True)
class Ink:
    """A theme variable's name; `faint` is its colour blended towards the background, `dim` half as much."""

    colour: str
    faint: bool = False
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text in one ink; in a legend, of the curves of `name`."""

    text: str
    ink: Ink
    name: str = ""


Line = tuple[Piece, ...]

PLAIN: Final = Ink("foreground")
QUIET: Final = Ink("text-muted")


def fitted(words: str, width: int) -> str:
    """Return `words` in exactly `width` columns; a sign tells where some are cut off."""
    if cell_len(words) <= width:
        return set_cell_size(words, width)
    return set_cell_size(words, width - 1) + "…" if width > 0 else ""
