"""Find a set in an .npz file: a zip archive of numpy's arrays, of which only the headers are read here.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import ast
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Final, NamedTuple

from core.dataset.arrays.array_source import ArrayForm, ArraySource, FoundPart
from core.dataset.arrays.image_shape import image_size
from core.dataset.arrays.parts import TEST_NAMES, TRAINING_NAMES
from core.errors import InputError

IMAGE_WORDS: Final = ("x", "images", "image", "imgs", "data", "features", "pixels", "arr_0")
LABEL_WORDS: Final = ("y", "labels", "label", "targets", "target", "fine_labels", "arr_1")
NAME_WORDS: Final = ("classes", "class_names", "label_names", "names")
"""What arrays of images, of labels and of class names are called."""

_PARTS: Final = "|".join(sorted((*TRAINING_NAMES, *TEST_NAMES), key=len, reverse=True))
_ROLES: Final = "|".join(sorted((*IMAGE_WORDS, *LABEL_WORDS), key=len, reverse=True))
_KEY: Final = re.compile(
    rf"(?:(?P<part>{_PARTS})[_.-]?)?(?P<role>{_ROLES})(?:[_.-]?(?P<last>{_PARTS}))?", re.IGNORECASE
)
_MAGIC: Final = b"\x93NUMPY"
_MOST_HEADER: Final = 10_000  # as numpy takes
_MOST_LABEL_BYTES: Final = 2**24
_ITEM: Final = re.compile(r"[<>|=](?P<kind>[bBiufUS])(?P<size>\d+)")
_CODES: Final = {1: "b", 2: "h", 4: "i", 8: "q"}
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError),
    *(SyntaxError, TypeError, KeyError, MemoryError, RecursionError),
)


class NpyHeader(NamedTuple):
    """What an array says of itself: numpy's name of its items, its shape, and where its values begin."""

    items: str
    shape: tuple[int, ...]
    offset: int


def find_npz(path: Path) -> ArraySource | None:
    """Return the set in the file `path`, or in the only .npz file of the folder `path`; None for neither.

    Raises:
        InputError: it has no images with labels, or what cannot be read as such.
    """
    file = path
    if path.is_dir():
        files = sorted(entry for entry in path.iterdir() if _is_npz(entry))
        if not files:
            return None
        if len(files) > 1:
            names = ", ".join(file.name for file in files)
            raise InputError(f"--data {path}: holds {names}; give one of them, such as {files[0]}")
        file = files[0]
    elif not _is_npz(path):
        return None
    with opened_npz(file) as archive:
        return _source(path, file, archive)


@contextmanager
def opened_npz(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open an .npz file to read; whatever shows it to be none is an InputError."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise InputError(f"--data {file}: can't be read as .npz ({reason}); save it again") from error


def array_names(names: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return by the part, "" where there are none, the names of its "images" and its "labels"."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if (match := _KEY.fullmatch(name)) is not None and not (match["part"] and match["last"]):
            role = "images" if match["role"].lower() in IMAGE_WORDS else "labels"
            found.setdefault((match["part"] or match["last"] or "").lower(), {}).setdefault(role, name)
    return found


def read_header(stream: IO[bytes]) -> NpyHeader:
    """Read an array's header, whose length is bounded.

    Raises ValueError, SyntaxError or another of what `opened_npz` takes for damage.
    """
    start = stream.read(8)
    if start[:6] != _MAGIC:
        raise ValueError("an entry is no array")
    form = "<H" if start[6] == 1 else "<I"
    length = struct.unpack(form, stream.read(struct.calcsize(form)))[0]
    if length > _MOST_HEADER:
        raise ValueError("an array's header is too long")
    header = ast.literal_eval(stream.read(length).decode("latin-1"))
    shape = header["shape"]
    if not isinstance(shape, tuple) or not all(type(side) is int and side >= 0 for side in shape):
        raise ValueError("an array has no shape")
    return NpyHeader(str(header["descr"]), shape, 8 + struct.calcsize(form) + length)


def _is_npz(file: Path) -> bool:
    return file.suffix.lower() == ".npz" and not file.name.startswith(".") and file.is_file()


def _source(path: Path, file: Path, archive: zipfile.ZipFile) -> ArraySource:
    entries = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    names = {
        part: found for part, found in array_names(entries).items() if {"images", "labels"} <= found.keys()
    }
    if not names:
        there = ", ".join(list(entries)[:10]) or "nothing"
        raise InputError(
            f"--data {file}: holds {there}; it needs images and labels, called x_train, y_train, x_test, "
            "y_test, or train_images, train_labels, ..., or images and labels"
        )
    names = {part: found for part, found in names.items() if part or len(names) == 1}
    parts, sizes, labels = [], set(), set[int]()
    for part, found in names.items():
        images, numbers = (_checked(file, archive, entries[found[role]]) for role in ("images", "labels"))
        size = image_size(images.shape)
        if size is None or not images.shape[0]:
            raise InputError(
                f"--data {file}: {found['images']} is {_shape(images)}; images are (number, height, width), "
                "with 3 colours behind or before height and width"
            )
        if images.shape[0] != (numbers.shape or (0,))[0]:
            raise InputError(
                f"--data {file}: {found['images']} is {_shape(images)}, but {found['labels']} "
                f"{_shape(numbers)}; both must have the same number"
            )
        parts.append(FoundPart(part, (found["images"], found["labels"]), images.shape[0]))
        sizes.add(size)
        labels |= _values(archive, entries[found["labels"]], numbers)
    if len(sizes) > 1:
        raise InputError(f"--data {file}: the images of {' and '.join(names)} differ in size")
    return ArraySource(
        ArrayForm.NPZ, path, (file,), tuple(parts), file.name, len(labels) or None, size=sizes.pop()
    )


def _checked(file: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NpyHeader:
    """Return an array's header, which must say what the archive says of its size."""
    with archive.open(entry) as stream:
        header = read_header(stream)
    name = entry.filename.removesuffix(".npy")
    if "O" in header.items:
        raise InputError(
            f"--data {file}: {name} holds Python objects, which are never unpickled; save it again as one "
            "array of numbers"
        )
    items = _ITEM.fullmatch(header.items)
    if items is None and header.items != "|b1":
        raise InputError(f"--data {file}: {name} holds {header.items}; it must hold numbers")
    bytes_each = int(items["size"]) * (4 if items["kind"] == "U" else 1) if items else 1
    if header.offset + bytes_each * prod(header.shape) != entry.file_size:
        raise InputError(
            f"--data {file}: {name} is {_shape(header)} by its header, which its {entry.file_size:,} bytes "
            "are not; save it again"
        )
    return header


def _values(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, header: NpyHeader) -> set[int]:
    """Return the labels that come up; none where they are no whole numbers, or take long to read."""
    items = _ITEM.fullmatch(header.items)
    one_each = all(side == 1 for side in header.shape[1:])
    if not (items and items["kind"] in "iu" and one_each) or entry.file_size > _MOST_LABEL_BYTES:
        return set()
    with archive.open(entry) as stream:
        content = stream.read()[header.offset :]
    code = _CODES[int(items["size"])]
    values = array(code.upper() if items["kind"] == "u" else code, content)
    if header.items[0] == ">":
        values.byteswap()
    return set(values)


def _shape(header: NpyHeader) -> str:
    return f"({', '.join(f'{side:,}' for side in header.shape)})"
