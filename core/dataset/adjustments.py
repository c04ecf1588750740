"""What was done to images so that the networks can take them, counted and said."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Self

from core.dataset.picture_size import Size


class Kind(StrEnum):
    """What can be done to an image; the value is how people are told of it."""

    TURNED = "turned by EXIF"
    TRANSPARENT = "with transparency, put on white"
    DEEP = "of more than 8 bits a channel, scaled to 8"
    GREY = "in grey, tripled"
    FIRST = "with several pictures, the first taken"
    CONVERTED = "of CMYK or LAB, converted"
    PADDED = "padded"
    SCALED = "scaled"
    CROPPED = "cropped"
    SCALED_AND_CROPPED = "scaled and cropped"
    SCALED_AND_PADDED = "scaled and padded"
    STRETCHED = "stretched"


FITS: Final = (
    Kind.PADDED,
    Kind.SCALED,
    Kind.CROPPED,
    Kind.SCALED_AND_CROPPED,
    Kind.SCALED_AND_PADDED,
    Kind.STRETCHED,
)
"""The kinds that change an image's size: of them, the sizes that were met are kept."""


class Met(NamedTuple):
    """One thing that was done, and to images of which size, where the size changed."""

    kind: Kind
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class Adjustments:
    """How many images each thing was done to; `side` is that of the images that came of it, in pixels."""

    side: int = 0
    counts: Mapping[Met, int] = field(default_factory=dict)

    @classmethod
    def total(cls, many: Iterable[Self]) -> Self:
        """Return the sum of many."""
        side, counts = 0, Counter[Met]()
        for one in many:
            side = max(side, one.side)
            counts.update(one.counts)
        return cls(side, dict(counts))

    def __add__(self, other: Self) -> Self:
        return self.total((self, other))

    def __bool__(self) -> bool:
        """Tell whether anything was done."""
        return bool(self.counts)

    def of(self, kind: Kind) -> int:
        """Count the images that `kind` was done to."""
        return sum(number for met, number in self.counts.items() if met.kind is kind)

    def lines(self) -> tuple[str, ...]:
        """Say each thing that was done: "12 images turned by EXIF"."""
        return tuple(self._line(kind, number) for kind in Kind if (number := self.of(kind)))

    def __str__(self) -> str:
        """Say all of it in one line; empty where nothing was done."""
        return "; ".join(self.lines())

    def to_json(self) -> dict[str, object]:
        """Return what `from_json` reads."""
        listed: dict[str, list[tuple[int, ...]]] = {}
        for met, number in self.counts.items():
            listed.setdefault(met.kind.name, []).append((*(met.size or ()), number))
        return {"side": self.side, "counts": listed}

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> Self:
        """Read what `to_json` gave.

        Raises:
            ValueError, KeyError or TypeError: it is something else.
        """
        side, listed = record["side"], record["counts"]
        if not isinstance(side, int) or not isinstance(listed, dict):
            raise TypeError("no adjustments")
        return cls(side, dict(_met(Kind[name], row) for name, rows in listed.items() for row in rows))

    def _line(self, kind: Kind, number: int) -> str:
        images = "1 image" if number == 1 else f"{number:,} images"
        if kind not in FITS:
            return f"{images} {kind}"
        sizes = {met.size for met in self.counts if met.kind is kind and met.size}
        return f"{images} {_of(sizes)} {kind} to {Size(self.side, self.side)}"


def adjusted(side: int, *met: Met) -> Adjustments:
    """Return what was done to one image."""
    return Adjustments(side, dict.fromkeys(met, 1))


def _of(sizes: set[Size]) -> str:
    """Say which sizes: "of 28×28", "of 481 sizes, from 120×90 to 4032×3024,"."""
    if len(sizes) == 1:
        return f"of {sizes.pop()}"
    by_area = sorted(sizes, key=lambda size: (size.width * size.height, size))
    return f"of {len(sizes):,} sizes, from {by_area[0]} to {by_area[-1]},"


def _met(kind: Kind, row: Sequence[object]) -> tuple[Met, int]:
    *size, number = row
    sides = [side for side in size if isinstance(side, int)]
    if not isinstance(number, int) or len(sides) != len(size) or len(size) != 2 * (kind in FITS):
        raise TypeError("no count")
    return Met(kind, Size(*sides) if sides else None), number
