"""The classes' names as the pictures write them: short enough, and in letters that a font has.

A class whose name no font here can write, or that looks like another once cut, has its number instead, and
the text beside the picture says which it is. The tables have all names in full.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from core.report import markup

NAME_SIZE: Final = 9
"""The font's size in points."""
NAME_EMS: Final = 12.8
"""The widest name, in units of that size: 1.6 inches."""
_SURELY_SHORT: Final = 12  # letters; twelve W, the widest of ASCII, are 11.9 times as wide as the font's size


def drawn_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return each class's name as it is drawn: in full, cut in its middle, or "class 3"; all differ."""
    if all(name.isascii() and name.isprintable() and len(name) <= _SURELY_SHORT for name in names):
        return tuple(names)
    from core.report import figure_text  # noqa: PLC0415 - matplotlib is slow to import, seldom needed

    short = [figure_text.fitting(name, NAME_EMS) if figure_text.can_draw(name) else None for name in names]
    times = Counter(short)
    return tuple(
        _numbered(number) if name is None or times[name] > 1 else name for number, name in enumerate(short)
    )


def names_note(names: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence, in Markdown, on the classes that have a number in the pictures, not their name."""
    numbered = [
        f"{drawn} is {markup.escaped(name)}"
        for number, (drawn, name) in enumerate(zip(drawn_names(names), names, strict=True))
        if name != drawn == _numbered(number)
    ]
    return (f"In the pictures, {'; '.join(numbered)}.",) if numbered else ()


def _numbered(number: int) -> str:
    return f"class {number}"
