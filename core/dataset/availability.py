"""What a data source would give, reported before anything starts: from names and sizes, in milliseconds."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.data_source import folder_of
from core.dataset.cache_keys import downloaded_key, downloads_folder, entries_folder, part_of
from core.dataset.layout import (
    ARCHIVE_BYTES,
    ARCHIVE_NAME,
    CIFAR10_CLASSES,
    CLASS_COUNT,
    Layout,
    class_names,
    locate,
)
from core.environment import default_cache_folder
from core.errors import InputError

_FOUND: Final = {
    Layout.IMAGE_FOLDER: f"image folder, {CLASS_COUNT} classes",
    Layout.BATCHES: "CIFAR-10: unpacked",
    Layout.ARCHIVE: "CIFAR-10: in its archive",
}


@dataclass(frozen=True, slots=True)
class SourceFound:
    """Whether the images that `--data` names are here, whether a run can use it, and a line for people.

    What can be downloaded is usable, though not found. `cifar10` says whether it is CIFAR-10 by its layout
    or, of an image folder, by its classes; `classes` is how many there are, None where that is not known.
    """

    found: bool
    usable: bool
    text: str
    cifar10: bool = False
    classes: int | None = None


def look_for(spec: str) -> SourceFound:
    """Look for what `--data` would load, without opening an image or asking the network; never raises.

    What cannot be used has the text of the error that a run would end with.
    """
    if spec == "demo":
        return SourceFound(found=True, usable=True, text="procedural demo set: no download")
    try:
        if spec == "auto":
            return _look_for_cifar10()
        return _look_into(folder_of(spec))
    except InputError as error:
        return SourceFound(found=False, usable=False, text=str(error))


def _look_into(folder: Path) -> SourceFound:
    located = locate(folder)
    cifar10 = located.layout is not Layout.IMAGE_FOLDER or class_names(located.path) == CIFAR10_CLASSES
    return SourceFound(found=True, usable=True, text=_FOUND[located.layout], cifar10=cifar10)


def _look_for_cifar10() -> SourceFound:
    base = default_cache_folder()
    # os.path, not Path: in a folder that is closed to us nothing is found, which is no error
    if os.path.isdir(entries_folder(base) / downloaded_key(base)):  # noqa: PTH112
        return SourceFound(found=True, usable=True, text="CIFAR-10: in the cache", cifar10=True)
    if os.path.isfile(downloads_folder(base) / ARCHIVE_NAME):  # noqa: PTH113 - it appears only when complete
        return SourceFound(found=True, usable=True, text="CIFAR-10: downloaded", cifar10=True)
    text = f"CIFAR-10: {(ARCHIVE_BYTES - _downloaded_bytes(base)) / 1e6:.0f} MB to download"
    return SourceFound(found=False, usable=True, text=text, cifar10=True)


def _downloaded_bytes(base: Path) -> int:
    """Return how much of the archive an earlier download left."""
    try:
        return min(part_of(downloads_folder(base) / ARCHIVE_NAME).stat().st_size, ARCHIVE_BYTES)
    except OSError:
        return 0
