"""Read the parts of a set that a run takes, of whatever form it is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.config.image_options import ImageOptions
from core.dataset.arrays.array_source import ArrayForm, ArraySource
from core.dataset.arrays.labels import labelled
from core.dataset.arrays.parts import ChosenParts, choose_parts
from core.dataset.arrays.pixel_arrays import pixel_arrays
from core.dataset.arrays.raw_splits import RawParts, RawSplit, RawSplits
from core.dataset.arrays.read_cifar import read_cifar100_pickles, read_cifar_binary
from core.dataset.arrays.read_idx import read_idx
from core.dataset.arrays.read_npz import read_npz
from core.dataset.cache import ImageCache
from core.dataset.progress import Progress


def parts_of(source: ArraySource, options: ImageOptions) -> ChosenParts:
    """Choose the parts to train and to test on; raises InputError where there are none."""
    return choose_parts([part.name for part in source.parts], options, str(source.path))


def read_splits(
    source: ArraySource, options: ImageOptions, cache: ImageCache, key: str, progress: Progress
) -> RawSplits:
    """Read the training images of a set, and the test images where none are to be held out.

    `key` is that of the set's entry in the cache, where archives are unpacked.

    Raises:
        InputError: something of it cannot be read or used.
    """
    chosen = parts_of(source, options)
    names = [name for name in (chosen.train, chosen.test) if name is not None]
    raw = read_parts(source, names, cache, key, progress)
    return splits(raw, chosen, source.path, source.label)


def read_parts(
    source: ArraySource, names: Sequence[str], cache: ImageCache, key: str, progress: Progress
) -> RawParts:
    """Read the named parts as their files have them; raises InputError."""
    match source.form:
        case ArrayForm.IDX:
            return read_idx(source, names)
        case ArrayForm.NPZ:
            return read_npz(source, names)
        case ArrayForm.CIFAR100_PYTHON:
            return read_cifar100_pickles(source, cache, key, progress)
        case ArrayForm.PARQUET:
            from core.dataset.arrays.parquet_tables import read_parquet  # noqa: PLC0415 - an extra's library

            return read_parquet(source, names)
        case _:
            return read_cifar_binary(source, names, progress)


def splits(raw: RawParts, chosen: ChosenParts, where: Path | str, label: str) -> RawSplits:
    """Bring the chosen parts to one kind of pixels and of labels; raises InputError."""
    found = labelled(
        {name: raw.labels[name] for name in (chosen.train, chosen.test) if name is not None},
        raw.names,
        chosen.train,
        str(where),
    )
    arrays = {name: images for name, images in raw.images.items() if isinstance(images, np.ndarray)}
    pixels = pixel_arrays(arrays, str(where)) if arrays else None
    images = raw.images if pixels is None else {**raw.images, **pixels.arrays}
    notes = [*raw.notes, *(pixels.notes if pixels else ()), *found.notes]
    if chosen.unused and chosen.test is not None:
        notes.append(
            f"tested on {chosen.test}; {', '.join(chosen.unused)} is not used (--test-split takes another)"
        )
    train, test = (
        None if name is None else RawSplit(images[name], found.labels[name])
        for name in (chosen.train, chosen.test)
    )
    assert train is not None  # noqa: S101 - chosen.train is a name
    return RawSplits(train, test, found.classes, label, raw.form, tuple(notes))
