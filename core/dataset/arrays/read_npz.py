"""Read a set in an .npz file. Nothing is unpickled."""

import zipfile
from collections.abc import Sequence

import numpy as np

from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.npz_files import NAME_WORDS, opened_npz, read_header
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
        class_names, notes = _class_names(archive)
        return RawParts(dict(images), labels, class_names, "npz", notes)


def _class_names(archive: zipfile.ZipFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of classes where an array has texts, and lines on those that were not read."""
    notes = []
    for entry in archive.namelist():
        name = entry.removesuffix(".npy")
        if name.lower() not in NAME_WORDS:
            continue
        with archive.open(entry) as stream:
            if "O" in read_header(stream).items:
                notes.append(f"{name} holds Python objects, which are never unpickled: it is not used")
                continue
        names = _read(archive, entry)
        if names.ndim == 1 and names.dtype.kind in "US":
            return tuple(str(one) for one in names.astype(np.str_)), tuple(notes)
    return (), tuple(notes)


def _read(archive: zipfile.ZipFile, entry: str) -> Array:
    with archive.open(entry) as stream:
        array: Array = np.lib.format.read_array(stream, allow_pickle=False)
        return array
