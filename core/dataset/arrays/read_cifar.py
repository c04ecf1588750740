"""Read CIFAR-10's binary form and CIFAR-100's two, unpacked or in their archives."""

import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from core.dataset.arrays.array_source import ArrayForm, ArraySource
from core.dataset.arrays.cifar_files import FORMS, SIDE, CifarForm
from core.dataset.arrays.raw_splits import Array, RawParts
from core.dataset.cache import ImageCache
from core.dataset.progress import Progress, Stage
from core.dataset.published_pickles import (
    Archive,
    check_archive,
    published_archive,
    read_folder,
    read_packed,
)
from core.errors import InputError
from core.runs.events import Unit

_MOST_FILE_BYTES: Final = 2**28
_MOST_NAME_BYTES: Final = 2**16
_ARCHIVE_ENDING: Final = ".gz"


def read_cifar_binary(source: ArraySource, names: Sequence[str], progress: Progress) -> RawParts:
    """Read the named parts, "train" and "test".

    Raises:
        InputError: a file is missing from the archive, cut, or has a label of no class.
    """
    form = FORMS[source.form]
    wanted = {name: source.part(name).places for name in names}
    if source.files[0].suffix == _ARCHIVE_ENDING:
        files = _unpacked(source.files[0], form, [*sum(wanted.values(), ()), form.meta], progress)
    else:
        files = {file.name: file.read_bytes() for file in source.files}
    records = {
        name: np.concatenate([_records(files, file, form, source.path) for file in places])
        for name, places in wanted.items()
    }
    words = files[form.meta].decode("utf-8", "replace").split("\n")
    classes = tuple(word.strip() for word in words if word.strip())
    if len(classes) != form.classes:
        raise InputError(
            f"--data {source.path}: {form.meta} names {len(classes)} classes, not {form.classes}"
        )
    images = {
        name: np.ascontiguousarray(np.moveaxis(rows[:, form.labels :].reshape(-1, 3, SIDE, SIDE), 1, -1))
        for name, rows in records.items()
    }
    return RawParts(
        dict(images), {name: rows[:, form.labels - 1] for name, rows in records.items()}, classes, "binary"
    )


def read_cifar100_pickles(
    source: ArraySource, cache: ImageCache, key: str, progress: Progress, archive: Archive | None = None
) -> RawParts:
    """Read CIFAR-100 from its pickles, which are believed by torchvision's md5s; `key` is its entry's.

    `archive` is the genuine one where it is None.

    Raises:
        InputError: a file is missing or not the published one, or there is no room to unpack it.
    """
    file, genuine = source.files[0], archive or published_archive("CIFAR100")
    if file.suffix == _ARCHIVE_ENDING:
        check_archive(file, genuine)
        read = read_packed(file, genuine, cache, key, progress)
    else:
        read = read_folder(file.parent, genuine)
    return RawParts(
        {"train": read.train.images, "test": read.test.images},
        {"train": read.train.labels, "test": read.test.labels},
        read.classes,
        "python",
    )


def _records(files: dict[str, bytes], name: str, form: CifarForm, path: Path) -> Array:
    content = files[name]
    if not content or len(content) % form.record:
        raise InputError(f"--data {path}: {name} is cut short; unpack {form.archive} again")
    return np.frombuffer(content, np.uint8).reshape(-1, form.record)


def _unpacked(archive: Path, form: CifarForm, names: Sequence[str], progress: Progress) -> dict[str, bytes]:
    """Return the contents of the named files, unpacked in memory; progress counts packed bytes."""
    found: dict[str, bytes] = {}
    stage = Stage(progress, f"unpacking {archive.name}", archive.stat().st_size, Unit.BYTES)
    try:
        with archive.open("rb") as packed, tarfile.open(fileobj=packed, mode="r:gz") as tar:
            for name, content in _members(tar, form, names):
                found[name] = content
                stage.reach(packed.tell())
                if len(found) == len(names):
                    break
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise InputError(f"--data {archive}: is damaged ({error}); download it again") from error
    if missing := [name for name in names if name not in found]:
        raise InputError(f"--data {archive}: holds no {form.folder}/{missing[0]}; download it again")
    stage.finish()
    return found


def _members(tar: tarfile.TarFile, form: CifarForm, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        folder, _, name = member.name.removeprefix("./").rpartition("/")
        most = _MOST_NAME_BYTES if name == form.meta else _MOST_FILE_BYTES
        if folder != form.folder or name not in names or not member.isreg() or member.size > most:
            continue
        if (content := tar.extractfile(member)) is not None:
            yield name, content.read()


def is_pickled(source: ArraySource) -> bool:
    """Tell whether the set is read by `read_cifar100_pickles`."""
    return source.form is ArrayForm.CIFAR100_PYTHON
