"""Text that the pictures' fonts can draw, as wide as it may be.

Fonts for Chinese, Japanese and Korean stand behind matplotlib's own where the machine has one; whatever no
font has is never drawn as an empty square.
"""

from functools import cache
from typing import Final
from unicodedata import bidirectional

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
_ELLIPSIS: Final = "…"
_SHAPES_TEXT: Final = mpl.__version_info__ >= (3, 11)  # before, Arabic came out unjoined and left to right
_PIXELS_AN_EM: Final = 100


@cache
def families() -> tuple[str, ...]:
    """Return the names of the fonts to draw with, the first that has a character before the others."""
    installed = {entry.name for entry in fontManager.ttflist}
    return (_OWN, *(name for name in _EAST_ASIAN if name in installed))


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
    """Return `text`, which can be drawn, cut in its middle to a width of `ems` times the font's size."""
    shown = text
    for kept in range(len(text) - 1, 0, -1):
        if width(shown) <= ems:
            break
        shown = f"{text[: (kept + 1) // 2]}{_ELLIPSIS}{text[len(text) - kept // 2 :]}"
    return shown


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
    if not character.isprintable() or (bidirectional(character) in {"R", "AL"} and not _SHAPES_TEXT):
        return None
    return next((font for font in _fonts() if font.get_char_index(ord(character))), None)


@cache
def _fonts() -> tuple[FT2Font, ...]:
    # not those of `get_font`, which matplotlib draws with, in other sizes
    fonts = tuple(FT2Font(findfont(FontProperties(family=[name]))) for name in families())
    for font in fonts:
        font.set_size(_PIXELS_AN_EM, 72)  # at 72 dots an inch a point is a pixel
    return fonts
