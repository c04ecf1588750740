"""Where downloaded and decoded images are kept, by name alone: no numpy, so that screens can look there."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from core.config.image_options import ImageOptions

FORMAT = 3
"""Part of every entry's key: an entry written in another format is never found, and evicted in time."""

USUAL_OPTIONS: Final = ImageOptions()
_LIMITED: Final = "some-"


def downloads_folder(base: Path) -> Path:
    """Return the folder of the cache `base` that archives are downloaded to."""
    return base / "downloads"


def part_of(file: Path) -> Path:
    """Return where the part of a file lies that has come so far, while it is downloaded and afterwards."""
    return file.with_name(f".{file.name}.part")


def entries_folder(base: Path) -> Path:
    """Return the folder of the cache `base` that holds a folder of decoded images for each key."""
    return base / "decoded"


def entry_key(
    path: Path, files: Iterable[tuple[str, *tuple[int, ...]]], options: ImageOptions = USUAL_OPTIONS
) -> str:
    """Return the key of what is decoded from `path`, 32 hexadecimal digits.

    `files` are names relative to `path`, each with its stamp: size, times of change, inode. Where none of
    that changed the images are taken to be the same, as far as they are read by the same `options`.
    """
    lines = [
        f"format {FORMAT}",
        str(path.resolve()),
        *([] if options == USUAL_OPTIONS else [repr(options)]),
        *("\0".join(map(str, file)) for file in files),
    ]
    return _digest(lines)


def limited_key(key: str, train: int | None, test: int | None) -> str:
    """Return the key of some of the images of the entry `key`: so many to train and to test on."""
    return _LIMITED + _digest([key, str(train), str(test)])


def is_limited(key: str) -> bool:
    """Tell whether an entry holds some images of a larger set."""
    return key.startswith(_LIMITED)


def downloaded_key(base: Path) -> str:
    """Return the key of what is decoded from the archive in the cache `base`."""
    return entry_key(downloads_folder(base), [])


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]
