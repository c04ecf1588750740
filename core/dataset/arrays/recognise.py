"""Recognise sets of images that are no picture files, by names, sizes and headers, in milliseconds."""

import os
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.cifar_files import find_cifar
from core.dataset.arrays.idx_files import find_idx
from core.dataset.arrays.npz_files import find_npz
from core.dataset.arrays.parquet_files import find_parquet
from core.dataset.arrays.parts import TEST_NAMES, TRAINING_NAMES
from core.dataset.changed import changed_meanwhile
from core.dataset.image_tree.endings import Kind, kind_of
from core.dataset.tree.folder import Stamp, stamp_of

_PARTS: Final = frozenset({*TRAINING_NAMES, *TEST_NAMES})
_MOST_REMEMBERED: Final = 8
_MOST_LOOKED_AT: Final = 50  # folders, and entries of each


class _Remembered(NamedTuple):
    source: ArraySource
    stamps: tuple[Stamp | None, ...]


_REMEMBERED: Final[dict[Path, _Remembered]] = {}


def recognised(path: Path) -> ArraySource | None:
    """Return the set that the file or folder `path` is or holds; None where it is something else.

    It is remembered for as long as none of its files changes: the Start screen looks every two seconds.

    Raises:
        InputError: it is such a set, and cannot be read; the message says what would be right.
        OSError: a folder or a file cannot be read.
    """
    known = _REMEMBERED.get(path)
    if known is not None and _stamps(known.source) == known.stamps:
        return known.source
    _REMEMBERED.pop(path, None)
    if path.is_dir() and _has_pictures(path):
        return None
    for find in (find_cifar, find_idx, find_npz, find_parquet):
        if (found := find(path)) is not None:
            if len(_REMEMBERED) >= _MOST_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[path] = _Remembered(found, _stamps(found))
            return found
    return None


def found_arrays(path: Path) -> ArraySource:
    """Return the set that `path` was recognised as before.

    Raises:
        InputError: it is none any more; or as `recognised`.
    """
    if (found := recognised(path)) is None:
        raise changed_meanwhile(path, "looked at")
    return found


def _stamps(source: ArraySource) -> tuple[Stamp | None, ...]:
    """Return what changes whenever a file of a set does, or one comes to lie beside them."""
    places = {source.path, *source.files, *(file.parent for file in source.files)}
    return tuple(_stamp(place) for place in sorted(places))


def _stamp(place: Path) -> Stamp | None:
    try:
        return stamp_of(place.stat())
    except OSError:
        return None


def _has_pictures(folder: Path) -> bool:
    """Tell whether folders in a folder hold pictures, or folders where they are called as parts of a set."""
    with os.scandir(folder) as entries:
        inner = (entry for entry in entries if entry.name[0] != "." and entry.is_dir())
        return any(_looks_so(entry) for entry in islice(inner, _MOST_LOOKED_AT))


def _looks_so(folder: os.DirEntry[str]) -> bool:
    is_part = folder.name.lower() in _PARTS
    with os.scandir(folder) as entries:
        return any(
            kind_of(entry.name) is Kind.IMAGE or (is_part and entry.is_dir())
            for entry in islice(entries, _MOST_LOOKED_AT)
        )
