"""Images with labels as their files have them: of any size, grey or in colour, arrays or encoded pictures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.dataset.images import Labels

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPictures:
    """Pictures in their files' formats, of which no more than a few are in memory at a time.

    They are those at `rows`, which ascend; `read` yields such, and `row_name` says which a row's is.
    """

    rows: Sequence[int]
    read: Callable[[Sequence[int]], Iterator[bytes]]
    row_name: Callable[[int], str]

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.rows)

    def all(self) -> Iterator[bytes]:
        """Yield each picture."""
        return self.read(self.rows)

    def name(self, place: int) -> str:
        """Say which picture it is that stands at a place."""
        return self.row_name(self.rows[place])

    def taken(self, places: Labels) -> Self:
        """Return the pictures at ascending places."""
        return replace(self, rows=np.asarray(self.rows)[places].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class RawParts:
    """What was read of a set, by the names of its parts.

    `images` are (N, H, W[, channels]) or (N, channels, H, W) of any numbers, or encoded pictures. `labels`
    are numbers or texts, (N,) or what `labelled` takes; `names` are the classes' by their numbers, () where
    nothing tells. `form` is what the files are, in a word; `notes` are lines for people.
    """

    images: dict[str, Array | EncodedPictures]
    labels: dict[str, Array]
    names: tuple[str, ...] = ()
    form: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RawSplit:
    """Images and labels of a part: int64 (N,), indices of the class names.

    `images` are (N, H, W) or (N, H, W, 1, 3 or 4), uint8 or uint16, or encoded pictures.
    """

    images: Array | EncodedPictures
    labels: Labels

    def __len__(self) -> int:
        """Count the images."""
        return len(self.labels)

    def taken(self, rows: Labels) -> Self:
        """Return the images at ascending rows."""
        images = self.images.taken(rows) if isinstance(self.images, EncodedPictures) else self.images[rows]
        return replace(self, images=images, labels=self.labels[rows])


@dataclass(frozen=True, slots=True, eq=False)
class RawSplits:
    """The two parts that a run takes of a set; `test` is None where training images are to be held out."""

    train: RawSplit
    test: RawSplit | None
    classes: tuple[str, ...]
    label: str
    form: str
    notes: tuple[str, ...] = ()
