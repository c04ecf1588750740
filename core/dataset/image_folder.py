"""Read an image folder, `train/<class>/*` and `test/<class>/*`: pictures of any format and size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.config.image_options import ImageOptions
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import USUAL_OPTIONS, entry_key
from core.dataset.decoding import Encoded, decode_pictures
from core.dataset.images import ImageSet, ImageSplit, make_image_set
from core.dataset.layout import class_names, image_entries
from core.dataset.progress import Progress, Stage
from core.dataset.recognition import CIFAR10, KnownSet, recognised
from core.errors import InputError
from core.runs.events import Unit


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
    folder: Path,
    cache: ImageCache,
    progress: Progress,
    known: KnownSet = CIFAR10,
    *,
    options: ImageOptions = USUAL_OPTIONS,
) -> ImageSet:
    """Return the images of `folder`, from the cache where no file changed since they were decoded.

    They are looked at anew each time for being a copy of `known`.
    Raises InputError where the layout is incomplete or an image can't be used.
    """
    listing = list_images(folder)
    files = ((file.name, file.size, file.mtime_ns) for file in (*listing.train, *listing.test))
    key = entry_key(folder, files, options)
    found = cache.get_or_build(key, lambda: decode(listing, progress, options))
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


def decode(listing: Listing, progress: Progress, options: ImageOptions = USUAL_OPTIONS) -> ImageSet:
    """Decode every listed image; progress counts images.

    Raises InputError naming images that can't be read, in listing order, or where the folder changed
    meanwhile.
    """
    files = (*listing.train, *listing.test)
    stage = Stage(progress, "decoding images", len(files), Unit.IMAGES)
    decoded = decode_pictures(_encoded(listing.folder, files), len(files), options, stage, listing.folder)
    if list_images(listing.folder) != listing:
        raise InputError(
            f"--data {listing.folder}: it changed while it was read; start again once it is complete"
        )
    labels = np.array([file.label for file in files], np.int64)
    form = next(iter(decoded.formats)) if len(decoded.formats) == 1 else "mixed"
    first_test = len(listing.train)
    return make_image_set(
        ImageSplit(decoded.pixels[:first_test], labels[:first_test]),
        ImageSplit(decoded.pixels[first_test:], labels[first_test:]),
        listing.classes,
        f"image folder {listing.folder.resolve().name} ({form})",
        "folder",
        form=form,
        adjustments=decoded.adjustments,
    )


def _files_in(folder: Path, place: str, label: int) -> list[ImageFile]:
    files = []
    for entry in image_entries(folder, place):
        status = entry.stat()
        files.append(ImageFile(f"{place}/{entry.name}", label, status.st_size, status.st_mtime_ns))
    return sorted(files)


def _encoded(folder: Path, files: Iterable[ImageFile]) -> Iterator[Encoded]:
    for row, file in enumerate(files):
        yield Encoded(row, file.name, partial(_content, f"{folder}/{file.name}"))


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - 60,000 Path objects cost 0.2 s
        return file.read()
