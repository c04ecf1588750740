"""Which quantities stand on which page: those that share what is before the last "/" of their tags."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

UNGROUPED: Final = "metrics"
"""The page of tags that have no group."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some tags of one group; `part` of `parts` where they are too many for one page, from 1."""

    group: str
    tags: tuple[str, ...]
    part: int = 1
    parts: int = 1

    @property
    def title(self) -> str:
        """What it is called."""
        return self.group if self.parts == 1 else f"{self.group}, {self.part} of {self.parts}"


def group_of(tag: str) -> str:
    """Return the group of a tag."""
    return tag.rpartition("/")[0] or UNGROUPED


def name_of(tag: str) -> str:
    """Return what a tag is called within its group."""
    return tag.rpartition("/")[2] or tag


def pages(tags: Iterable[str], most: int) -> tuple[Page, ...]:
    """Return pages of at most `most` tags: groups with a loss or an accuracy first, else as they came."""
    groups: dict[str, list[str]] = {}
    for tag in dict.fromkeys(tags):
        groups.setdefault(group_of(tag), []).append(tag)
    ordered = sorted(groups.items(), key=lambda one: not any(map(_is_sought, one[1])))
    return tuple(
        Page(group, tuple(tags[begin : begin + most]), begin // most + 1, -(-len(tags) // most))
        for group, tags in ordered
        for begin in range(0, len(tags), most)
    )


def _is_sought(tag: str) -> bool:
    return any(word in tag.lower() for word in ("loss", "acc"))
