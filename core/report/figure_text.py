"""Text that the pictures' font can draw."""

from functools import cache
from typing import Final

from matplotlib.font_manager import findfont, get_font
from matplotlib.ft2font import FT2Font

_REPLACEMENT: Final = "\N{WHITE SQUARE}"


def drawable(text: str) -> str:
    """Return `text` with a square for each character that the font lacks, which matplotlib would warn of."""
    font = _font()
    return "".join(c if c == "\n" or font.get_char_index(ord(c)) else _REPLACEMENT for c in text)


@cache
def _font() -> FT2Font:
    return get_font(findfont("DejaVu Sans"))
