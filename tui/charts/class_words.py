"""Names of classes cut to the room there is, so that they stay apart."""

from collections.abc import Sequence

from rich.cells import cell_len

from core.results.cut_names import cut_inside
from tui.charts.ink import fitted


def distinct_words(names: Sequence[str], width: int) -> tuple[str, ...] | None:
    """Return `names` in at most `width` columns, cut at their ends, or inside, if only that keeps them apart.

    None where two look the same either way.
    """
    ways = (tuple(way(name, width) for name in names) for way in (_cut, cut_inside))
    return next((words for words in ways if len(set(words)) == len(words)), None)


def class_words(names: Sequence[str], width: int, numbers: Sequence[int]) -> tuple[str, ...]:
    """Return the same; where two look the same, every class's number stands before its name."""
    return distinct_words(names, width) or numbered_words(names, width, numbers)


def numbered_words(names: Sequence[str], width: int, numbers: Sequence[int]) -> tuple[str, ...]:
    """Return every class's number and name, cut inside the name where they are wider than `width` columns."""
    heads = [f"{number} " for number in numbers]
    return tuple(head + cut_inside(name, width - len(head)) for head, name in zip(heads, names, strict=True))


def _cut(name: str, width: int) -> str:
    return fitted(name, min(cell_len(name), width))
