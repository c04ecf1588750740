"""The classes' names as the pictures write them: short enough, and in letters that a font has.

A class whose name no font here can write, or that looks like another once cut, has its number instead, and
the text beside the picture says which it is. The tables have all names in full.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final
from unicodedata import normalize

from core.report import markup

NAME_SIZE: Final = 9
"""The font's size in points."""
NAME_EMS: Final = 12.8
"""The widest name, in units of that size: 1.6 inches."""
_WIDEST_LETTER: Final = 1.0  # of ASCII, in the same unit: an @; a W has 0.99
_MOST_IN_A_SENTENCE: Final = 12


def drawn_names(names: Sequence[str], ems: float = NAME_EMS) -> tuple[str, ...]:
    """Return each class's name as it is drawn: in full, cut in its middle, or "class 3"; all differ.

    None is wider than `ems` times the font's size.
    """
    short = int(ems / _WIDEST_LETTER)
    if all(name.isascii() and name.isprintable() and len(name) <= short for name in names):
        cut: list[str | None] = list(names)
    else:
        from core.report import figure_text  # noqa: PLC0415 - matplotlib is slow to import, seldom needed

        cut = [figure_text.fitting(name, ems) if figure_text.can_draw(name) else None for name in names]
    return tuple(_told_apart(cut))


def names_note(names: Sequence[str], shown: Iterable[int], ems: float = NAME_EMS) -> tuple[str, ...]:
    """Return in Markdown which of the classes `shown` have a number in the pictures, not their name.

    A few are told in a sentence, many in a table that is folded away; `ems` as in `drawn_names`.
    """
    drawn = drawn_names(names, ems)
    numbered = [
        (drawn[number], markup.escaped(names[number]))
        for number in sorted(set(shown))
        if names[number] != drawn[number] == _numbered(number)
    ]
    if len(numbered) > _MOST_IN_A_SENTENCE:
        table = markup.table(("In the picture", "Class"), numbered, left=(0, 1))
        return (
            markup.details(f"The names of {len(numbered)} classes that have a number in the picture", table),
        )
    told = "; ".join(f"{number} is {name}" for number, name in numbered)
    return (f"In the pictures, {told}.",) if told else ()


def _told_apart(cut: Sequence[str | None]) -> list[str]:
    """Return the names with numbers for what is None or there twice, also for what looks like a number."""
    shown = [_numbered(number) if name is None else name for number, name in enumerate(cut)]
    while twice := {look for look, times in Counter(map(_look, shown)).items() if times > 1}:
        shown = [_numbered(number) if _look(name) in twice else name for number, name in enumerate(shown)]
    return shown


def _look(name: str) -> str:
    """Return the same for names that look the same: an é may be one sign or two."""
    return normalize("NFC", name)


def _numbered(number: int) -> str:
    return f"class {number}"
