"""The first image of each class of a set in arrays, where that takes no long reading."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from core.config.image_options import ImageOptions
from core.config.torchvision_sets import TorchvisionChoice
from core.dataset.array_set import Wanted, array_key, fitted
from core.dataset.arrays.array_source import ArrayForm, ArraySource
from core.dataset.arrays.parts import ChosenParts
from core.dataset.arrays.read import parts_of, read_parts, splits
from core.dataset.arrays.recognise import found_arrays
from core.dataset.arrays.torchvision_place import torchvision_key
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import entries_folder
from core.dataset.decoded import open_test_entry
from core.dataset.images import ALL_IMAGES, Labels, Pixels

_MOST_BYTES: Final = 2**26  # of files that are read whole
_MOST_ROWS: Final = 2_000  # of a table
_MOST_CLASSES: Final = 100


def array_samples(path: Path, options: ImageOptions, base: Path) -> Iterator[tuple[str, Pixels]]:
    """Yield each class's name with its first test image, or training image where none is to test on.

    Raises ValueError where that would take long; InputError and OSError where it cannot be read.
    """
    source = found_arrays(path)
    entry = open_test_entry(entries_folder(base) / array_key(source, options))
    return first_of_each(*entry) if entry is not None else _read(source, options, base)


def torchvision_samples(
    choice: TorchvisionChoice, options: ImageOptions, base: Path
) -> Iterator[tuple[str, Pixels]]:
    """Yield them of a set that was read before; raises ValueError where it was not, OSError."""
    entry = open_test_entry(entries_folder(base) / torchvision_key(choice, base, options))
    if entry is None:
        raise ValueError("not read yet")
    return first_of_each(*entry)


def first_of_each(classes: tuple[str, ...], images: Pixels, labels: Labels) -> Iterator[tuple[str, Pixels]]:
    """Yield each class's name with its first image."""
    for label, place in zip(*np.unique(labels, return_index=True), strict=True):
        yield classes[label], images[place]


def _read(source: ArraySource, options: ImageOptions, base: Path) -> Iterator[tuple[str, Pixels]]:
    chosen = parts_of(source, options)
    name = chosen.train if chosen.test is None else chosen.test
    if _takes_long(source, name):
        raise ValueError("takes long to read")
    raw = read_parts(source, [name], ImageCache(base), "", lambda *_: None)
    whole = splits(raw, ChosenParts(name, None, ()), source.path, source.label)
    within = whole.train.labels[:_MOST_ROWS] if source.form is ArrayForm.PARQUET else whole.train.labels
    rows = np.sort(np.unique(within, return_index=True)[1])[:_MOST_CLASSES]
    some = whole.train.taken(rows)
    pixels, _ = fitted(some, Wanted(source.path, options, ALL_IMAGES, lambda *_: None))
    return first_of_each(whole.classes, pixels, some.labels)


def _takes_long(source: ArraySource, name: str) -> bool:
    if source.form is ArrayForm.PARQUET:
        return False
    if source.form is ArrayForm.CIFAR100_PYTHON or source.files[0].suffixes[-2:] == [".tar", ".gz"]:
        return True
    width, height = source.size or (0, 0)
    return (source.part(name).count or 0) * width * height * 3 > _MOST_BYTES
