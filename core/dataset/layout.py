"""Recognise what `--data` names, by names and sizes, headers and first bytes.

The command line checks `--data` with this before anything starts, so it imports nothing but the standard
library at first, and Pillow where there are images.
"""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.image_options import ImageOptions
from core.dataset.arrays.parts import choose_parts
from core.dataset.arrays.recognise import recognised
from core.dataset.cache_keys import USUAL_OPTIONS
from core.dataset.found_tree import no_images_in
from core.dataset.image_tree.splits import find_splits, innermost
from core.dataset.tree.folder import FolderTree
from core.dataset.tree.opening import ARCHIVE_SUFFIXES, FOREIGN_SUFFIXES, is_archive, is_regular
from core.errors import InputError

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

# The names are torchvision's (torchvision.datasets.CIFAR10); a test holds them to it. They are repeated
# here because importing torchvision takes seconds.
BATCHES_FOLDER = "cifar-10-batches-py"
ARCHIVE_NAME = "cifar-10-python.tar.gz"
BATCH_FILES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
META_FILE = "batches.meta"

ARCHIVE_BYTES = 170_498_071
"""Content-Length of https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz."""

_BATCH_PIXEL_BYTES = 10_000 * 32 * 32 * 3  # a batch file holds its pixels uncompressed, and a little more


class Layout(enum.Enum):
    """The ways images can be held."""

    IMAGES = enum.auto()  # picture files in folders of classes, in a folder or in an archive
    BATCHES = enum.auto()
    ARCHIVE = enum.auto()  # of the batches
    ARRAYS = enum.auto()  # of the forms of core.dataset.arrays


@dataclass(frozen=True)
class Located:
    """What was found, and the folder or file that holds it."""

    layout: Layout
    path: Path


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


def locate(path: Path, options: ImageOptions = USUAL_OPTIONS) -> Located:
    """Find which layout a folder or file has and check what names and sizes at its top can tell.

    Raises InputError where it is missing, holds no known layout, or holds an incomplete one.
    """
    with reading(path):
        if not path.exists():
            raise InputError(
                f"--data {path}: no such folder; give a folder or an archive of images, or auto, or demo"
            )
        found = _in_folder(path, options) if path.is_dir() else _in_file(path, options)
    if options.test_split is not None and found.layout in {Layout.BATCHES, Layout.ARCHIVE}:
        raise unknown_split(f"--data {path}", options.test_split)
    return found


def unknown_split(given: str, name: str) -> InputError:
    """Return the error for a split that is asked of images which have a training and a test split alone."""
    return InputError(f"{given} --test-split {name}: has train and test alone; leave out --test-split")


def _in_folder(folder: Path, options: ImageOptions) -> Located:
    for batches in (folder / BATCHES_FOLDER, folder):
        if batches.is_dir() and (batches.name == BATCHES_FOLDER or _holds_batches(batches)):
            return _check_batches(batches)
    if not (folder / ARCHIVE_NAME).is_file() and _is_in_arrays(folder, options):
        return Located(Layout.ARRAYS, folder)
    tree = FolderTree(folder)
    if find_splits(tree, options) is not None:
        return Located(Layout.IMAGES, folder)
    if (folder / ARCHIVE_NAME).is_file():
        return _check_archive(folder / ARCHIVE_NAME)
    place = innermost(tree)
    suffixes = (*ARCHIVE_SUFFIXES, *FOREIGN_SUFFIXES)
    packed = sorted(name for name in tree.scan(place).files if name.lower().endswith(suffixes))
    if len(packed) > 1:
        raise InputError(
            f"--data {folder}: has {packed[0]} and {packed[1]}; give one of them, or unpack them to "
            "train/<class>/ and test/<class>/"
        )
    if not packed:
        raise no_images_in(tree)
    return _in_file(folder / place / packed[0], options)


def _in_file(file: Path, options: ImageOptions) -> Located:
    if not is_regular(file):
        raise InputError(f"--data {file}: is a pipe or a device; give a folder or an archive of images")
    if file.name == ARCHIVE_NAME:
        return _check_archive(file)
    if _is_in_arrays(file, options):
        return Located(Layout.ARRAYS, file)
    if is_archive(file):
        return Located(Layout.IMAGES, file)
    suffix = file.suffix.lower()
    if suffix in FOREIGN_SUFFIXES:
        raise InputError(f"--data {file}: such archives are not read; unpack it, or make it a .zip")
    if suffix in ARCHIVE_SUFFIXES:
        raise InputError(f"--data {file}: is no archive, whatever it is called; fetch or make it again")
    if file.name in {*BATCH_FILES, META_FILE}:
        raise InputError(f"--data {file}: is a part of {BATCHES_FOLDER}; give the folder that holds it")
    raise InputError(f"--data {file}: is a file and no archive; give a folder, a .zip or a .tar of images")


def _is_in_arrays(path: Path, options: ImageOptions) -> bool:
    """Tell whether a file or folder is of such a form, with parts as they are asked for."""
    found = recognised(path)
    if found is not None:
        choose_parts([part.name for part in found.parts], options, str(path))
    return found is not None


def _holds_batches(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (BATCH_FILES[0], META_FILE))


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
