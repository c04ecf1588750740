"""Find a set in idx files, the form of MNIST: http://yann.lecun.com/exdb/mnist/.

A header is two zero bytes, a type, the number of dimensions, and each dimension in four bytes, the highest
first; then the values and nothing else, so that every file's size is known from its header.
"""

import gzip
import os
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from core.dataset.arrays.array_source import ArrayForm, ArraySource, FoundPart
from core.dataset.arrays.image_shape import image_size
from core.dataset.arrays.parts import in_order
from core.errors import InputError

UNSIGNED_BYTE: Final = 0x08
ITEM_CODES: Final = {UNSIGNED_BYTE: "B", 0x09: "b", 0x0B: "h", 0x0C: "i"}
"""The types of whole numbers, as `array` and numpy call them."""

_NAME: Final = re.compile(
    r"(?P<set>.*?)[-_.]?(?P<part>train|test|t10k|validation|valid|val)[-_.](?P<kind>images|labels)[-_.]"
    r"idx\d[-_.][a-z]+(?P<packed>\.gz)?",
    re.IGNORECASE,
)
_MOST_DIMENSIONS: Final = 4
_MOST_LABEL_BYTES: Final = 2**24


Readable = BinaryIO | gzip.GzipFile


class IdxHeader(NamedTuple):
    """What an idx file says of itself: the array's item code, its shape, and where it begins."""

    code: str
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """Bytes of the file, unpacked."""
        return self.offset + prod(self.shape) * array(self.code).itemsize


class _Named(NamedTuple):
    set: str
    part: str
    kind: str
    packed: bool


def find_idx(path: Path) -> ArraySource | None:
    """Return the set in the folder `path`, or the one that the file `path` belongs to; None for neither.

    Raises:
        InputError: a file is cut, of another kind, or lacks its images or labels; or there are several sets.
    """
    wanted = None if path.is_dir() else _named(path.name)
    if wanted is None and not path.is_dir():
        return None
    folder = path if wanted is None else path.parent
    found = _listed(folder)
    if not found and wanted is None and (folder / "raw").is_dir():  # where torchvision keeps them
        folder /= "raw"
        found = _listed(folder)
    if not found:
        return None
    name = wanted.set if wanted else _only_set(path, {named.set for named in found})
    files = {(named.part, named.kind): file for named, file in found.items() if named.set == name}
    return _source(path, folder, name, files)


@contextmanager
def opened_idx(file: Path) -> Iterator[Readable]:
    """Open an idx file to read, unpacked where it is a .gz file."""
    try:
        with file.open("rb") as stream:
            yield gzip.GzipFile(fileobj=stream) if file.suffix == ".gz" else stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"--data {file.parent}: {file.name} is damaged ({error}); get it again") from error


def read_header(file: Path, stream: Readable) -> IdxHeader:
    """Read the header of `file` from its beginning, without believing it: see `check_size`.

    Raises:
        InputError: it is none, or of numbers that are no images nor labels.
    """
    magic = stream.read(4)
    if len(magic) < len(b"\0\0\x08\1") or magic[:2] != b"\0\0" or not 1 <= magic[3] <= _MOST_DIMENSIONS:
        raise InputError(
            f"--data {file.parent}: {file.name} is no idx file: it begins with {magic.hex(' ') or 'nothing'}"
        )
    if magic[2] not in ITEM_CODES:
        raise InputError(
            f"--data {file.parent}: {file.name} has values of type 0x{magic[2]:02x}; bytes are needed (0x08)"
        )
    lengths = stream.read(4 * magic[3])
    if len(lengths) < 4 * magic[3]:
        raise InputError(f"--data {file.parent}: {file.name} is cut short: its header is not whole")
    return IdxHeader(ITEM_CODES[magic[2]], struct.unpack(f">{magic[3]}I", lengths), 4 + len(lengths))


def check_size(file: Path, header: IdxHeader) -> None:
    """Raise InputError where the file's size is not what its header says.

    A .gz file ends with its size in unpacked bytes, but for what exceeds four bytes.
    """
    there = file.stat().st_size
    if file.suffix == ".gz":
        with file.open("rb") as packed:
            packed.seek(-4, os.SEEK_END)
            there = int.from_bytes(packed.read(), "little") + (header.size & ~0xFFFFFFFF)
    if there != header.size:
        raise InputError(
            f"--data {file.parent}: {file.name} has {there:,} bytes, but {header.size:,} by its header; get "
            "it again"
        )


def _named(name: str) -> _Named | None:
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    part = match["part"].lower().replace("t10k", "test")
    return _Named(match["set"], part, match["kind"].lower(), bool(match["packed"]))


def _listed(folder: Path) -> dict[_Named, Path]:
    """Return the idx files of a folder; of a packed and an unpacked one the latter."""
    found = sorted((named, Path(file.path)) for file in os.scandir(folder) if (named := _named(file.name)))
    unpacked = {named for named, _ in found if not named.packed}
    return {
        named: file
        for named, file in found
        if not named.packed or named._replace(packed=False) not in unpacked
    }


def _only_set(path: Path, names: set[str]) -> str:
    if len(names) > 1:
        some = min(name for name in names if name)
        raise InputError(
            f"--data {path}: holds several sets ({', '.join(sorted(names))}); name one by a file of it, such "
            f"as {path}/{some}-train-images-idx3-ubyte"
        )
    return names.pop()


def _source(path: Path, folder: Path, name: str, files: Mapping[tuple[str, str], Path]) -> ArraySource:
    parts, shapes, labels = [], set(), set[int]()
    for part in in_order({part for part, _ in files}):
        images, numbers = _both(folder, files, part)
        shape, found = _checked_images(images), _checked_labels(numbers)
        if shape[0] != found.shape[0]:
            raise InputError(
                f"--data {folder}: {images.name} has {shape[0]:,} images, but {numbers.name} "
                f"{found.shape[0]:,} labels; both must be of the same set"
            )
        parts.append(FoundPart(part, (str(images), str(numbers)), shape[0]))
        shapes.add(image_size(shape))
        labels |= _values(numbers, found)
    if len(shapes) > 1:
        raise InputError(
            f"--data {folder}: the images of {' and '.join(p.name for p in parts)} differ in size"
        )
    place = folder.resolve()
    shown = name or (place.parent.name if place.name == "raw" else place.name)
    read = tuple(Path(place) for part in parts for place in part.places)
    return ArraySource(
        ArrayForm.IDX, path, read, tuple(parts), f"{shown} (idx)", len(labels) or None, size=shapes.pop()
    )


def _both(folder: Path, files: Mapping[tuple[str, str], Path], part: str) -> tuple[Path, Path]:
    """Return the files of a part's images and of its labels."""
    images, labels = files.get((part, "images")), files.get((part, "labels"))
    if images is None or labels is None:
        there = missing = (images or labels or folder).name
        for old, new in (("images", "labels"), ("idx3", "idx1")):
            missing = missing.replace(old, new) if images else missing.replace(new, old)
        raise InputError(f"--data {folder}: {there} has no {missing} beside it; both are needed")
    return images, labels


def _checked_images(file: Path) -> tuple[int, ...]:
    """Return the shape of the images in `file`."""
    header = _checked(file)
    if header.code != "B" or image_size(header.shape) is None:
        raise InputError(
            f"--data {file.parent}: {file.name} holds no images: {header.shape}; bytes (number, height, "
            "width), with 3 colours behind for colour, are needed"
        )
    return header.shape


def _checked_labels(file: Path) -> IdxHeader:
    header = _checked(file)
    if len(header.shape) != 1:
        raise InputError(
            f"--data {file.parent}: {file.name} has {len(header.shape)} dimensions; labels are one number an "
            "image"
        )
    return header


def _checked(file: Path) -> IdxHeader:
    with opened_idx(file) as stream:
        header = read_header(file, stream)
    check_size(file, header)
    return header


def _values(file: Path, header: IdxHeader) -> set[int]:
    """Return the labels that come up in `file`; none where it is too long to look at quickly."""
    if header.size > _MOST_LABEL_BYTES:
        return set()
    with opened_idx(file) as stream:
        stream.seek(header.offset)
        content = stream.read(header.size - header.offset + 1)
    if len(content) != header.size - header.offset:
        raise InputError(f"--data {file.parent}: {file.name} is not as long as its header says; get it again")
    values = array(header.code, content)
    if sys.byteorder == "little":
        values.byteswap()
    return set(values)
