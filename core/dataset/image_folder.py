"""Read an image folder, `train/<class>/*` and `test/<class>/*`: JPEG or PNG, 32 by 32 pixels."""

import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.pool import IMapIterator, ThreadPool
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.dataset.cache import ImageCache
from core.dataset.cache_keys import entry_key
from core.dataset.image_file import opened_image
from core.dataset.images import IMAGE_SHAPE, ImageSet, ImageSplit, Pixels, make_image_set
from core.dataset.layout import class_names, image_entries
from core.dataset.progress import Progress, Stage
from core.dataset.recognition import CIFAR10, KnownSet, recognised
from core.errors import InputError
from core.runs.events import Unit

_IMAGES_A_TASK = 250  # long enough to make a task's own cost vanish, short enough for ten reports a second
_LOOK_SECONDS = 0.25
_MOST_THREADS = 8  # Python's part of a decode holds the interpreter lock; more threads only wait for it


class ImageFile(NamedTuple):
    """One image: `name` relative to the folder with "/", `label`, size in bytes, time of change in ns."""

    name: str
    label: int
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Listing:
    """Every image of a folder in the order it is read: split by split, class by class, name by name."""

    folder: Path
    classes: tuple[str, ...]
    train: tuple[ImageFile, ...]
    test: tuple[ImageFile, ...]


def load_image_folder(
    folder: Path, cache: ImageCache, progress: Progress, known: KnownSet = CIFAR10
) -> ImageSet:
    """Return the images of `folder`, from the cache where no file changed since they were decoded.

    They are looked at anew each time for being a copy of `known`.
    Raises InputError where the layout is incomplete or an image can't be used.
    """
    listing = list_images(folder)
    files = ((file.name, file.size, file.mtime_ns) for file in (*listing.train, *listing.test))
    found = cache.get_or_build(entry_key(folder, files), lambda: decode(listing, progress))
    return recognised(found, cache, known)


def list_images(folder: Path) -> Listing:
    """List the images of a folder without opening one.

    Raises InputError where the layout is incomplete, OSError where a folder or a file can't be examined.
    """
    classes = class_names(folder)
    train, test = (
        tuple(
            file for label, name in enumerate(classes) for file in _files_in(folder, f"{split}/{name}", label)
        )
        for split in ("train", "test")
    )
    return Listing(folder, classes, train, test)


def decode(listing: Listing, progress: Progress) -> ImageSet:
    """Decode every listed image; progress counts images.

    Raises InputError naming the first image, in listing order, that is damaged or not 32 by 32, or where
    the folder changed meanwhile.
    """
    files = (*listing.train, *listing.test)
    pixels = np.empty((len(files), *IMAGE_SHAPE), np.uint8)
    formats = _decode_into(
        pixels, listing.folder, files, Stage(progress, "decoding images", len(files), Unit.IMAGES)
    )
    if list_images(listing.folder) != listing:
        raise InputError(
            f"--data {listing.folder}: it changed while it was read; start again once it is complete"
        )
    labels = np.array([file.label for file in files], np.int64)
    form = formats.pop() if len(formats) == 1 else "mixed"
    first_test = len(listing.train)
    return make_image_set(
        ImageSplit(pixels[:first_test], labels[:first_test]),
        ImageSplit(pixels[first_test:], labels[first_test:]),
        listing.classes,
        f"image folder {listing.folder.resolve().name} ({form})",
        "folder",
        form=form,
    )


def _files_in(folder: Path, place: str, label: int) -> list[ImageFile]:
    files = []
    for entry in image_entries(folder, place):
        status = entry.stat()
        files.append(ImageFile(f"{place}/{entry.name}", label, status.st_size, status.st_mtime_ns))
    return sorted(files)


def _decode_into(pixels: Pixels, folder: Path, files: tuple[ImageFile, ...], stage: Stage) -> set[str]:
    """Fill `pixels` from `files`, row by row; return the formats met."""

    def decode_task(start: int) -> set[str]:
        formats = set()
        for row, file in enumerate(files[start : start + _IMAGES_A_TASK], start):
            pixels[row], image_format = _read_image(folder, file.name)
            formats.add(image_format)
        return formats

    formats: set[str] = set()
    starts = range(0, len(files), _IMAGES_A_TASK)
    # Its threads are daemons: one that a disk doesn't answer keeps no process from its end.
    pool = ThreadPool(min(_MOST_THREADS, os.cpu_count() or 1))
    try:
        # In listing order, so that of several bad images it is always the same one that is named.
        results = pool.imap(decode_task, starts)
        for start in starts:
            formats |= _next(results, stage, start)
    finally:
        pool.terminate()
    stage.finish()
    return formats


def _next(results: "IMapIterator[set[str]]", stage: Stage, reached: int) -> set[str]:
    """Return the next result; report meanwhile that no more than `reached` is done."""
    stage.reach(reached)
    while True:
        try:
            return results.next(_LOOK_SECONDS)
        except multiprocessing.TimeoutError:
            stage.reach(reached)


def _read_image(folder: Path, name: str) -> tuple[Pixels, str]:
    """Return one image's pixels, (32, 32, 3), and its format, "JPEG" or "PNG"."""
    with opened_image(f"{folder}/{name}", folder, name) as (image, image_format):
        return np.asarray(image), image_format
