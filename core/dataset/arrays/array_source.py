"""What a set of images in arrays is known to be before any image of it was read."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.dataset.picture_size import Size


class ArrayForm(StrEnum):
    """The forms that are read, each in the word for people."""

    CIFAR10_BINARY = "CIFAR-10, binary"
    CIFAR100_BINARY = "CIFAR-100, binary"
    CIFAR100_PYTHON = "CIFAR-100, python"
    IDX = "idx"
    NPZ = "npz"
    PARQUET = "parquet"
    TORCHVISION = "torchvision"


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A part of a set, such as "train" or "test"; "" where the set has no parts.

    `places` says where it lies: files, or names within a file, as its form's reader takes them. `count` is
    the number of its images, None where no header tells.
    """

    name: str
    places: tuple[str, ...]
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ArraySource:
    """A set that was recognised: its form, what names it, the files it is read from, and its parts.

    `label` is what people see, such as "fashion (idx)". `classes` is their number and `size` that of each
    image; both are None where no header tells. `names` are the classes', where one does.
    """

    form: ArrayForm
    path: Path
    files: tuple[Path, ...]
    parts: tuple[FoundPart, ...]
    label: str
    classes: int | None = None
    names: tuple[str, ...] = ()
    size: Size | None = None

    def part(self, name: str) -> FoundPart:
        """Return the part of that name, which must be one of them."""
        return {part.name: part for part in self.parts}[name]
