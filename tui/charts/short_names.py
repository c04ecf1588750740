"""Names of runs made short where there are many: what they share is written once."""

from collections.abc import Sequence
from itertools import takewhile


def told_apart(labels: Sequence[str]) -> tuple[str, list[str]]:
    """Return what names have in common, and what is left of each.

    Of "batch, learning rate 0.01" and "batch, learning rate 0.02" these are "batch, learning rate:", "0.01"
    and "0.02".
    """
    split = [[part.split(" ") for part in label.split(", ")] for label in labels]
    if len(split) < 2 or len({len(parts) for parts in split}) > 1:  # noqa: PLR2004 - one name has no rival
        return "", list(labels)
    shared = [_common_words(parts) for parts in zip(*split, strict=True)]
    common = [" ".join(part[:count]) for part, count in zip(split[0], shared, strict=True)]
    own = [
        " ".join(word for part, count in zip(parts, shared, strict=True) for word in part[count:])
        for parts in split
    ]
    words = ", ".join(filter(None, common))
    return f"{words}:" if words else "", own


def _common_words(parts: Sequence[Sequence[str]]) -> int:
    """Return with how many words all of `parts` begin."""
    words = zip(*parts, strict=False)
    return sum(1 for _ in takewhile(lambda beside: len(set(beside)) == 1, words))
