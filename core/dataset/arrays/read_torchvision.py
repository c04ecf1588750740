"""Read a set of torchvision's, which downloads it first where it is not here."""

import inspect
import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.config.torchvision_sets import TorchvisionChoice
from core.dataset.arrays.raw_splits import Array, EncodedPictures, RawParts
from core.dataset.arrays.torchvision_download import fetched
from core.dataset.progress import Progress

UPRIGHT: Final = "EMNIST's images lie on their side, mirrored, in its files: they are set upright"
_CHANNELS_FIRST: Final = frozenset({"SVHN", "STL10"})
_ARRAY: Final = 3  # dimensions at least: number, height, width

Make = Callable[..., Any]
"""A class of `torchvision.datasets`."""


def read_torchvision(
    choice: TorchvisionChoice, names: Sequence[str], root: Path, progress: Progress, make: Make | None = None
) -> RawParts:
    """Read the named parts, "" where the set has none, from `root`; what is missing there is downloaded.

    `make` is torchvision's class where it is None. Progress counts the bytes that have come.

    Raises:
        InputError: it cannot be had; the message says why, and where its files could be put.
    """
    if make is None:
        from torchvision import datasets  # noqa: PLC0415 - it imports torch

        make = getattr(datasets, choice.of.name)
    parts = {
        name: fetched(
            partial(make, str(root), download=True, **_arguments(choice, name, make)), choice, root, progress
        )
        for name in names
    }
    read = {name: _in_memory(dataset, choice) or _in_files(dataset, name) for name, dataset in parts.items()}
    return RawParts(
        {name: images for name, (images, _) in read.items()},
        {name: labels for name, (_, labels) in read.items()},
        _class_names(next(iter(parts.values())), choice),
        "torchvision",
        (UPRIGHT,) if choice.of.name == "EMNIST" else (),
    )


def _arguments(choice: TorchvisionChoice, name: str, make: Make) -> dict[str, Any]:
    arguments: dict[str, Any] = {choice.of.variant: choice.variant} if choice.variant else {}
    if choice.of.parts and choice.of.split:
        arguments[choice.of.split] = name
    elif choice.of.parts:
        arguments["train"] = name == "train"
    if "loader" in inspect.signature(make).parameters:
        arguments["loader"] = str  # gives the file's path, to be read as pictures are here
    return arguments


def _in_memory(dataset: Any, choice: TorchvisionChoice) -> tuple[Array, Array] | None:  # noqa: ANN401 - as below
    """Return the arrays that a dataset keeps; None where it has its pictures in files."""
    images = getattr(dataset, "data", None)
    labels = getattr(dataset, "targets", getattr(dataset, "labels", None))
    if images is None or labels is None or np.ndim(images) < _ARRAY:
        return None
    pixels, numbers = np.asarray(images), np.asarray(labels)
    if choice.of.name == "EMNIST":
        pixels = pixels.swapaxes(1, 2)
    if choice.of.name in _CHANNELS_FIRST:
        pixels = np.moveaxis(pixels, 1, -1)
    return pixels, numbers if numbers.ndim == 1 else numbers[:, 0]  # of QMNIST's eight, the digit


def _in_files(dataset: Any, name: str) -> tuple[EncodedPictures, Array]:  # noqa: ANN401 - torchvision ships no types
    """Return the dataset's pictures, to be read one by one, and its labels."""

    def read(rows: Sequence[int]) -> Iterator[bytes]:
        return (_encoded(dataset[int(row)][0]) for row in rows)

    labels = np.array([_label(*dataset[row]) for row in range(len(dataset))], np.int64)
    return EncodedPictures(range(len(labels)), read, lambda row: f"image {row:,} of {name or 'it'}"), labels


def _label(picture: Any, label: Any) -> int:  # noqa: ANN401 - a path, or an image of Pillow's with an open file
    if not isinstance(picture, str):
        picture.close()
    return int(label)


def _encoded(picture: Any) -> bytes:  # noqa: ANN401 - a path, or an image of Pillow's
    if isinstance(picture, str):
        return Path(picture).read_bytes()
    written = io.BytesIO()
    with picture:
        picture.convert("RGB").save(written, "PNG", compress_level=0)
    return written.getvalue()


def _class_names(dataset: Any, choice: TorchvisionChoice) -> tuple[str, ...]:  # noqa: ANN401 - as above
    """Return what torchvision calls the classes; of several names of one, the first."""
    attribute = "bin_classes" if choice.variant == "binary-category" else "classes"
    names = getattr(dataset, attribute, getattr(dataset, "categories", ()))
    return tuple(name if isinstance(name, str) else str(name[0]) for name in names)
