"""A .zip: its directory stands at its end, and any member can be read by itself."""

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from core.dataset.tree.names import ArchiveNames
from core.dataset.tree.tree import HEAD_BYTES, Content, Scan, refuse_number, refuse_size
from core.errors import InputError

_ENCRYPTED: Final = 1  # bits of a member's flags
_UTF_8: Final = 0x800
_MODE_SHIFT: Final = 16  # where Unix's mode stands in the attributes
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)


class ZipTree:
    """The members of a .zip; none is unpacked but in memory, and none that says it is too large."""

    is_archive: Final = True
    is_packed: Final = False
    complete: Final = True

    def __init__(self, path: Path) -> None:
        """Read the directory; raises InputError where it is damaged or needs a password, and OSError."""
        self.path = path
        self._names: ArchiveNames[zipfile.ZipInfo] = ArchiveNames()
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            raise InputError(f"--data {path}: is no whole .zip ({error}); fetch or make it again") from error
        members = self._zip.infolist()
        refuse_number(path, len(members))
        for member in members:
            self._add(member)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of it is not taken."""
        return self._names.remarks

    def scan(self, place: str) -> Scan:
        """Return what is directly in `place`."""
        return self._names.scan(place)

    def head(self, file: str, most: int = HEAD_BYTES) -> bytes | None:
        """Unpack the first bytes of a member."""
        return self._unpacked(file, most)

    def contents(self, files: Sequence[str]) -> Iterator[Content]:
        """Yield them as they come."""
        return (Content(row, partial(self._unpacked, file, None)) for row, file in enumerate(files))

    def _add(self, member: zipfile.ZipInfo) -> None:
        name = _name(member)
        if member.flag_bits & _ENCRYPTED:
            raise InputError(f"--data {self.path}: {name} needs a password; unpack it, and give the folder")
        if name.endswith("/"):
            self._names.add_folder(name)
        elif stat.S_ISLNK(member.external_attr >> _MODE_SHIFT):
            self._names.add_special()
        else:
            self._names.add_file(name, member)

    def _unpacked(self, file: str, most: int | None) -> bytes:
        member = self._names.member(file)
        if most is None:
            refuse_size(self.path, file, member.file_size)
        try:
            with self._zip.open(member) as content:
                return content.read(member.file_size if most is None else most)
        except (OSError, *_DAMAGE) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's, while that of bzip2 has no number
            raise InputError(
                f"--data {self.path}: {file} can't be unpacked ({error}); make the archive again"
            ) from error


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name as it was meant.

    Some programs of Windows put backslashes in it, and those of macOS do not say that it is UTF-8.
    """
    name = member.orig_filename.partition("\0")[0]
    if not member.flag_bits & _UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/") if os.sep == "/" else name
