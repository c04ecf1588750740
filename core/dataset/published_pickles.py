"""Read the pickles that CIFAR-10 and CIFAR-100 are published as, whose md5s torchvision knows.

Nothing is unpickled before the md5 of its file was found to be right.
"""

import hashlib
import os
import tarfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from core.dataset.cache import ImageCache
from core.dataset.changed import changed_meanwhile
from core.dataset.images import ImageSplit
from core.dataset.progress import Progress, Stage
from core.errors import InputError
from core.runs.events import Unit

_COPY_BYTES = 1 << 20


@dataclass(frozen=True)
class FileChecksum:
    """A file's name and its md5 in hexadecimal digits."""

    name: str
    md5: str


@dataclass(frozen=True)
class Archive:
    """Where an archive in CIFAR-10's format comes from, what is in it, and who of torchvision reads it."""

    urls: tuple[str, ...]
    file: FileChecksum
    folder: str
    train: tuple[FileChecksum, ...]
    test: tuple[FileChecksum, ...]
    meta: FileChecksum
    reader: Literal["CIFAR10", "CIFAR100"] = "CIFAR10"

    @property
    def members(self) -> tuple[FileChecksum, ...]:
        """Every file that is read."""
        return (*self.train, *self.test, self.meta)


class Published(NamedTuple):
    """What the files of an archive hold; of CIFAR-100, its hundred fine classes."""

    train: ImageSplit
    test: ImageSplit
    classes: tuple[str, ...]


def published_archive(reader: Literal["CIFAR10", "CIFAR100"]) -> Archive:
    """Return the genuine archive, with torchvision's URL, and its names and checksums."""
    genuine = _torchvision_reader(reader)
    return Archive(
        (genuine.url,),
        FileChecksum(genuine.filename, genuine.tgz_md5),
        genuine.base_folder,
        tuple(FileChecksum(*entry) for entry in genuine.train_list),
        tuple(FileChecksum(*entry) for entry in genuine.test_list),
        FileChecksum(genuine.meta["filename"], genuine.meta["md5"]),
        reader,
    )


def check_archive(file: Path, archive: Archive) -> None:
    """Raise InputError where the archive `file` is not the published one, by its md5."""
    with file.open("rb") as stream:
        if hashlib.file_digest(stream, "md5").hexdigest() != archive.file.md5:
            raise InputError(
                f"--data {file.parent}: {file.name} is damaged (its md5 is not {archive.file.md5}); "
                "download it again, or use --data auto"
            )


def read_folder(folder: Path, archive: Archive) -> Published:
    """Read the unpacked files in `folder` by torchvision, which checks every md5 first.

    Raises InputError naming the file that is missing or damaged.
    """
    original = _torchvision_reader(archive.reader)
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
        raise _damage(folder, archive) from error
    return Published(_split(train), _split(test), tuple(train.classes))


def read_packed(file: Path, archive: Archive, cache: ImageCache, key: str, progress: Progress) -> Published:
    """Unpack the archive `file` in the cache, for its entry `key`, and read it as `read_folder` does.

    Raises InputError where there is no room for it, as well.
    """
    with cache.scratch(key) as scratch:
        try:
            folder = _unpack(file, archive, scratch, progress)
        except OSError as error:
            raise InputError(
                f"{file} can't be unpacked in {scratch}, which takes {_unpacked_bytes(file) / 1e6:.1f} MB "
                f"({error.strerror or error}); make room there, or let CIFAR_TUI_CACHE name another folder"
            ) from error
        return read_folder(folder, archive)


def _split(dataset: Any) -> ImageSplit:  # noqa: ANN401 - torchvision ships no types
    return ImageSplit(np.ascontiguousarray(dataset.data), np.array(dataset.targets, np.int64))


def _torchvision_reader(name: Literal["CIFAR10", "CIFAR100"]) -> Any:  # noqa: ANN401 - torchvision ships no types
    # Here and not above: importing torchvision imports torch, seconds that no other source needs.
    from torchvision.datasets import CIFAR10, CIFAR100  # noqa: PLC0415

    return {"CIFAR10": CIFAR10, "CIFAR100": CIFAR100}[name]


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


def _damage(folder: Path, archive: Archive) -> InputError:
    for member in archive.members:
        file = folder / member.name
        if not file.is_file():
            return InputError(f"--data {folder}: {member.name} is missing; unpack {archive.file.name} again")
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "md5").hexdigest() != member.md5:
                return InputError(
                    f"--data {folder}: {member.name} is damaged (its md5 is not {member.md5}); "
                    f"unpack {archive.file.name} again"
                )
    return changed_meanwhile(folder)
