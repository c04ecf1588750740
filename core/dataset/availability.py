"""What a data source would give, reported before anything starts: from names, sizes and a few headers."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.data_source import NAMED, folder_of
from core.config.image_options import ImageOptions
from core.config.torchvision_sets import TorchvisionChoice, torchvision_choice
from core.dataset.arrays.array_source import ArrayForm
from core.dataset.arrays.recognise import found_arrays
from core.dataset.arrays.source_text import source_text
from core.dataset.arrays.torchvision_place import chosen_parts, is_fetched, place_of, torchvision_key
from core.dataset.cache_keys import USUAL_OPTIONS, downloaded_key, downloads_folder, entries_folder, part_of
from core.dataset.image_tree.splits import percent
from core.dataset.layout import (
    ARCHIVE_BYTES,
    ARCHIVE_NAME,
    CIFAR10_CLASSES,
    Layout,
    Located,
    locate,
    reading,
    unknown_split,
)
from core.dataset.looking import Seen, look_into
from core.dataset.picture_size import scaling
from core.environment import default_cache_folder
from core.errors import InputError

_OF_CIFAR10: Final = {Layout.BATCHES: "CIFAR-10: unpacked", Layout.ARCHIVE: "CIFAR-10: in its archive"}
_CIFAR10_COUNT: Final = len(CIFAR10_CLASSES)
_DEMO_COUNT: Final = 10


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


def check_source(spec: str, options: ImageOptions = USUAL_OPTIONS) -> None:
    """Check what `--data` names, within a second or two and without asking the network.

    Raises InputError where loading it would fail for what names, sizes and the first images' headers tell.
    """
    _found(spec, options)


def look_for(spec: str, options: ImageOptions = USUAL_OPTIONS) -> SourceFound:
    """Look for what `--data` would load, as `check_source` does; never raises.

    What cannot be used has the text of the error that a run would end with.
    """
    try:
        return _found(spec, options)
    except InputError as error:
        return SourceFound(found=False, usable=False, text=str(error))


def _found(spec: str, options: ImageOptions) -> SourceFound:
    choice = torchvision_choice(spec)
    if choice is not None and not choice.is_original:
        return _look_for_torchvision(choice, options)
    if choice is None and spec not in NAMED:
        return _look_into(folder_of(spec), options)
    if options.test_split is not None:
        raise unknown_split(f"--data {spec}", options.test_split)
    if spec == "demo":
        text = "procedural demo set: no download"
        return SourceFound(found=True, usable=True, text=text, classes=_DEMO_COUNT)
    return _look_for_cifar10()


def _look_into(path: Path, options: ImageOptions) -> SourceFound:
    located = locate(path, options)
    if located.layout in _OF_CIFAR10:
        text = _OF_CIFAR10[located.layout]
        return SourceFound(found=True, usable=True, text=text, cifar10=True, classes=_CIFAR10_COUNT)
    with reading(path):
        if located.layout is Layout.ARRAYS:
            source = found_arrays(located.path)
            is_known = source.form is ArrayForm.CIFAR10_BINARY or source.names == CIFAR10_CLASSES
            return SourceFound(
                found=True,
                usable=True,
                text=source_text(source, options),
                cifar10=is_known and options.holdout is None,
                classes=source.classes,
            )
        seen = look_into(located.path, options)
    known = seen.look or seen.cached
    return SourceFound(
        found=True,
        usable=True,
        text=_text(located, seen, options),
        cifar10=known is not None and known.classes == CIFAR10_CLASSES and seen.held_out is None,
        classes=None if known is None else len(known.classes),
    )


def _text(located: Located, seen: Seen, options: ImageOptions) -> str:
    """Say what is known: "image folder: 12 classes, 3,000 + 500 images, 28x28 -> 32x32"."""
    kind = "image folder" if located.path.is_dir() else located.path.name
    if seen.cached is not None:
        counts = f"{seen.cached.train:,} + {seen.cached.test:,} images"
        return f"{kind}: {len(seen.cached.classes):,} classes, {counts}, in the cache"
    look = seen.look
    if look is None:
        return f"{kind}: takes long to go through; looked into when it is read"
    more = "" if look.whole else "more than "
    test = "" if look.test is None else f" + {look.test:,}"
    words = [f"{len(look.classes):,} classes", f"{more}{look.train:,}{test} images"]
    if seen.held_out is not None:
        words.append(f"{percent(seen.held_out)} of them held out to test on")
    elif seen.tested_on is not None:
        words.append(f"tested on {seen.tested_on}/")
    if look.smallest is not None and look.largest is not None:
        words.append(scaling(look.smallest, look.largest, options.size))
    return f"{kind}: {', '.join(words)}"


def _look_for_torchvision(choice: TorchvisionChoice, options: ImageOptions) -> SourceFound:
    chosen_parts(choice, options)
    base = default_cache_folder()
    if os.path.isdir(entries_folder(base) / torchvision_key(choice, base, options)):  # noqa: PTH112 - see below
        words, found = "in the cache", True
    else:
        found = is_fetched(place_of(choice, base))
        words = "downloaded" if found else "to download"
    text = f"torchvision's {choice.title}: {choice.classes} classes, {words}"
    return SourceFound(found=found, usable=True, text=text, classes=choice.classes)


def _look_for_cifar10() -> SourceFound:
    base = default_cache_folder()
    # os.path, not Path: in a folder that is closed to us nothing is found, which is no error
    if os.path.isdir(entries_folder(base) / downloaded_key(base)):  # noqa: PTH112
        return _cifar10("in the cache", found=True)
    if os.path.isfile(downloads_folder(base) / ARCHIVE_NAME):  # noqa: PTH113 - it appears only when complete
        return _cifar10("downloaded", found=True)
    return _cifar10(f"{(ARCHIVE_BYTES - _downloaded_bytes(base)) / 1e6:.0f} MB to download", found=False)


def _cifar10(words: str, *, found: bool) -> SourceFound:
    text = f"CIFAR-10: {words}"
    return SourceFound(found=found, usable=True, text=text, cifar10=True, classes=_CIFAR10_COUNT)


def _downloaded_bytes(base: Path) -> int:
    """Return how much of the archive an earlier download left."""
    try:
        return min(part_of(downloads_folder(base) / ARCHIVE_NAME).stat().st_size, ARCHIVE_BYTES)
    except OSError:
        return 0
