"""Recognise what a folder holds, by names and sizes alone.

The command line checks `--data` with this before anything starts, so it imports nothing but the standard
library and opens no image.
"""

import enum
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.data_source import folder_of
from core.errors import InputError

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
CIFAR10_CLASSES: Final = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
CLASS_COUNT = 10
"""The networks have ten outputs."""

# The names are torchvision's (torchvision.datasets.CIFAR10); a test holds them to it. They are repeated
# here because importing torchvision takes seconds.
BATCHES_FOLDER = "cifar-10-batches-py"
ARCHIVE_NAME = "cifar-10-python.tar.gz"
BATCH_FILES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
META_FILE = "batches.meta"

ARCHIVE_BYTES = 170_498_071
"""Content-Length of https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz."""

_BATCH_PIXEL_BYTES = 10_000 * 32 * 32 * 3  # a batch file holds its pixels uncompressed, and a little more
OTHER_IMAGE_SUFFIXES = frozenset({".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".jp2", ".avif", ".heic"})
_SPLITS = ("train", "test")
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Layout(enum.Enum):
    """The ways a folder can hold images."""

    IMAGE_FOLDER = enum.auto()
    BATCHES = enum.auto()
    ARCHIVE = enum.auto()


@dataclass(frozen=True)
class Located:
    """What was found, and the folder or file that holds it."""

    layout: Layout
    path: Path


def check_source(spec: str) -> None:
    """Check what `--data` names, in milliseconds and without reading an image or asking the network.

    Raises InputError where loading it would fail for what names and sizes can tell.
    """
    if spec not in {"auto", "demo"}:
        locate(folder_of(spec))


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn an OSError into an InputError that names the file."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"--data {folder}: {error.filename or folder} can't be read ({error.strerror or error}); "
            "fix that, or give another folder"
        ) from error


def locate(folder: Path) -> Located:
    """Find which layout `folder` has and check what names and sizes can tell.

    Raises InputError where the folder is missing, holds no known layout, or holds an incomplete one.
    """
    with reading(folder):
        return _locate(folder)


def class_names(folder: Path) -> tuple[str, ...]:
    """Return the ten class names of an image folder, sorted.

    Raises InputError where a split or a class is missing or empty, or there aren't ten classes.
    """
    for split, other in (_SPLITS, _SPLITS[::-1]):
        if not (folder / split).is_dir():
            raise InputError(f"--data {folder}: has {other}/ but no {split}/; both are needed")
    train, test = (_folders_in(folder / split) for split in _SPLITS)
    if unmatched := sorted(train ^ test):
        present, absent = _SPLITS if unmatched[0] in train else _SPLITS[::-1]
        raise InputError(
            f"--data {folder}: class {unmatched[0]!r} is in {present}/ but not in {absent}/; "
            "both need the same classes"
        )
    if len(train) != CLASS_COUNT:
        raise InputError(
            f"--data {folder}: {len(train)} classes in train/; exactly {CLASS_COUNT} are needed, "
            "one for each output of the networks"
        )
    names = tuple(sorted(train))
    for place in (f"{split}/{name}" for split in _SPLITS for name in names):
        if next(image_entries(folder, place), None) is None:
            raise InputError(f"--data {folder}: {place} is empty; it needs .jpg, .jpeg or .png images")
    return names


def image_entries(folder: Path, place: str) -> Iterator[os.DirEntry[str]]:
    """Yield the images directly in `folder`/`place`, in no order; hidden and other files are skipped.

    Raises InputError for a nested folder or an image of another format, which would be silently missed, and
    for a pipe or a device, which could be read for ever.
    """
    with os.scandir(folder / place) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - 60,000 Path objects cost 0.2 s
            if entry.is_dir():
                raise InputError(
                    f"--data {folder}: {place}/{entry.name} is a folder; images must lie directly in {place}"
                )
            if suffix in OTHER_IMAGE_SUFFIXES:
                raise InputError(f"--data {folder}: {place}/{entry.name}: images must be JPEG or PNG")
            if suffix in IMAGE_SUFFIXES:
                if not entry.is_file():
                    _refuse_unless_missing(folder, f"{place}/{entry.name}")
                yield entry


def _refuse_unless_missing(folder: Path, name: str) -> None:
    """Raise InputError for what is neither a folder nor a file; a link to nothing is the reader's to name."""
    with suppress(FileNotFoundError):
        kind = _KINDS.get(stat.S_IFMT((folder / name).stat().st_mode), "no file")
        raise InputError(f"--data {folder}: {name} is {kind}; replace or remove it")


def _locate(folder: Path) -> Located:
    if not folder.exists():
        raise InputError(f"--data {folder}: no such folder; give an image folder, or auto, or demo")
    if not folder.is_dir():
        raise InputError(f"--data {folder}: this is a file; give the folder that holds it")
    for batches in (folder / BATCHES_FOLDER, folder):
        if batches.name == BATCHES_FOLDER and batches.is_dir():
            return _check_batches(batches)
    if any((folder / split).is_dir() for split in _SPLITS):
        class_names(folder)
        return Located(Layout.IMAGE_FOLDER, folder)
    if (folder / ARCHIVE_NAME).is_file():
        return _check_archive(folder / ARCHIVE_NAME)
    raise InputError(
        f"--data {folder}: no images found; it must hold train/<class>/ and test/<class>/ with JPEG or PNG "
        f"images, or torchvision's {BATCHES_FOLDER}/ (or {ARCHIVE_NAME})"
    )


def _check_batches(batches: Path) -> Located:
    for name in (*BATCH_FILES, META_FILE):
        file = batches / name
        if not file.is_file():
            raise InputError(f"--data {batches}: {name} is missing; unpack {ARCHIVE_NAME} again")
        if name != META_FILE and file.stat().st_size < _BATCH_PIXEL_BYTES:
            raise InputError(f"--data {batches}: {name} is cut short; unpack {ARCHIVE_NAME} again")
    return Located(Layout.BATCHES, batches)


def _check_archive(archive: Path) -> Located:
    size = archive.stat().st_size
    if size != ARCHIVE_BYTES:
        raise InputError(
            f"--data {archive.parent}: {archive.name} has {size:,} bytes, not {ARCHIVE_BYTES:,}; "
            "download it again, or use --data auto"
        )
    return Located(Layout.ARCHIVE, archive)


def _folders_in(split: Path) -> set[str]:
    with os.scandir(split) as entries:
        return {entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()}
