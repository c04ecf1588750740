"""Text that the pictures' fonts can draw, as wide as it may be.

Fonts of other scripts stand behind matplotlib's own where the machine has one; whatever no font has is never
drawn as an empty square.
"""

from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Final
from unicodedata import bidirectional, category

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font, LoadFlags

_OWN: Final = "DejaVu Sans"  # ships with matplotlib
_EAST_ASIAN: Final = (
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK KR"),
    *("Noto Sans JP", "Noto Sans SC", "Noto Sans TC", "Noto Sans KR", "Source Han Sans"),
    *("IPAexGothic", "IPAGothic", "TakaoGothic", "VL Gothic", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("Droid Sans Fallback", "NanumGothic", "UnDotum"),
    *("Hiragino Sans", "PingFang SC", "PingFang TC", "Apple SD Gothic Neo"),
    *("Yu Gothic", "MS Gothic", "Microsoft YaHei", "Microsoft JhengHei", "Malgun Gothic"),
)
_OTHER_SCRIPTS: Final = (
    *("Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans Georgian"),
    *("Noto Sans Armenian", "Noto Sans Ethiopic", "Noto Sans Khmer", "Noto Sans Lao", "Noto Sans Myanmar"),
    *("Noto Sans Devanagari", "Lohit Devanagari", "Kohinoor Devanagari", "Nirmala UI", "Mangal"),
    *("Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Telugu", "Noto Sans Kannada", "Noto Sans Malayalam"),
    *("Noto Sans Gujarati", "Noto Sans Gurmukhi", "Noto Sans Sinhala", "Noto Sans Tibetan"),
    *("Segoe UI", "Leelawadee UI", "Tahoma", "Geeza Pro", "Thonburi", "Arial Unicode MS"),
    *("Noto Emoji", "Symbola", "Noto Sans Symbols 2", "Noto Sans Symbols2", "Segoe UI Symbol"),
)
_ELLIPSIS: Final = "…"
_JOINERS: Final = "\u200c\u200d"
_SHAPES_TEXT: Final = mpl.__version_info__ >= (3, 11)
"""Before, Arabic came out unjoined and left to right, and marks of Hindi beside their letters."""
_INDIC: Final = ((0x900, 0xDFF), (0xF00, 0x109F), (0x1780, 0x17FF))  # also Tibetan, Burmese and Khmer
_PIXELS_AN_EM: Final = 100


@cache
def families() -> tuple[str, ...]:
    """Return the names of the fonts to draw with, the first that has a character before the others."""
    installed = {entry.name for entry in fontManager.ttflist}
    return (_OWN, *(name for name in (*_EAST_ASIAN, *_OTHER_SCRIPTS) if name in installed))


def can_draw(text: str) -> bool:
    """Return whether the fonts have every character of `text`, and matplotlib sets it as it is read."""
    return all(_font_of(character) is not None for character in text)


def drawable(text: str) -> str:
    """Return `text` with an ellipsis for whatever can't be drawn."""
    kept = "".join(character if can_draw(character) else _ELLIPSIS for character in text)
    while _ELLIPSIS * 2 in kept:
        kept = kept.replace(_ELLIPSIS * 2, _ELLIPSIS)
    return kept


def fitting(text: str, ems: float) -> str:
    """Return `text`, which can be drawn, cut in its middle to a width of `ems` times the font's size.

    A letter keeps its marks. What is left of a text that has no room at all is its first letter.
    """
    if width(text) <= ems:
        return text
    letters = list(_letters(text))
    widths = list(map(width, letters))
    ahead, behind = list(accumulate(widths, initial=0.0)), list(accumulate(reversed(widths), initial=0.0))
    room = ems - width(_ELLIPSIS)
    kept = next(
        (
            kept
            for kept in range(len(letters) - 1, 1, -1)
            if ahead[(kept + 1) // 2] + behind[kept // 2] <= room
        ),
        1,
    )
    return "".join((*letters[: (kept + 1) // 2], _ELLIPSIS, *letters[len(letters) - kept // 2 :]))


def _letters(text: str) -> Iterator[str]:
    """Yield the parts of `text` that stay together: a letter with its marks, and what is joined."""
    part = ""
    for character in text:
        if part and not (
            category(character).startswith("M") or character in _JOINERS or part[-1] in _JOINERS
        ):
            yield part
            part = ""
        part += character
    if part:
        yield part


def width(text: str) -> float:
    """Return the width of `text`, which can be drawn, in units of the font's size."""
    return sum(map(_advance, text))


@cache
def _advance(character: str) -> float:
    font = _font_of(character)
    if font is None:
        return 0.0
    return (
        float(font.load_char(ord(character), LoadFlags.NO_HINTING).linearHoriAdvance) / 2**16 / _PIXELS_AN_EM
    )


@cache
def _font_of(character: str) -> FT2Font | None:
    """Return the first font that has `character`; None where it can't be drawn."""
    joins = character in _JOINERS
    if not (character.isprintable() or joins) or (not _SHAPES_TEXT and (joins or _needs_shaping(character))):
        return None
    return next((font for font in _fonts() if font.get_char_index(ord(character))), None)


def _needs_shaping(character: str) -> bool:
    """Return whether a letter's form or place depends on its neighbours."""
    indic = any(first <= ord(character) <= last for first, last in _INDIC)
    return indic or bidirectional(character) in {"R", "AL"}


@cache
def _fonts() -> tuple[FT2Font, ...]:
    # not those of `get_font`, which matplotlib draws with, in other sizes
    fonts = tuple(FT2Font(findfont(FontProperties(family=[name]))) for name in families())
    for font in fonts:
        font.set_size(_PIXELS_AN_EM, 72)  # at 72 dots an inch a point is a pixel
    return fonts
