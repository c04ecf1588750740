"""Read a set in an .npz file. Nothing is unpickled."""

import zipfile
from collections.abc import Sequence

import numpy as np

from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.npz_files import NAME_WORDS, opened_npz
from core.dataset.arrays.raw_splits import Array, RawParts
from core.dataset.memory import check_memory


def read_npz(source: ArraySource, names: Sequence[str]) -> RawParts:
    """Read the named parts, and the names of classes where there is an array of them.

    Raises:
        InputError: an array is damaged, or larger than the memory.
    """
    (file,) = source.files
    images: dict[str, Array] = {}
    labels: dict[str, Array] = {}
    with opened_npz(file) as archive:
        for name in names:
            places = source.part(name).places
            needed = sum(archive.getinfo(f"{place}.npy").file_size for place in places)
            check_memory(needed, file, f"{name or 'what it holds'} takes")
            images[name], labels[name] = (_read(archive, f"{place}.npy") for place in places)
        return RawParts(dict(images), labels, _class_names(archive), "npz")


def _class_names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """Return the names of classes, where an array has texts."""
    for entry in archive.namelist():
        if entry.removesuffix(".npy").lower() in NAME_WORDS:
            names = _read(archive, entry)
            if names.ndim == 1 and names.dtype.kind in "US":
                return tuple(str(name) for name in names.astype(np.str_))
    return ()


def _read(archive: zipfile.ZipFile, entry: str) -> Array:
    with archive.open(entry) as stream:
        array: Array = np.lib.format.read_array(stream, allow_pickle=False)
        return array
