"""A .tar, packed or not: gone through from front to back, and read again in that order."""

import bz2
import gzip
import lzma
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

from core.dataset.tree.names import ArchiveNames
from core.dataset.tree.tree import HEAD_BYTES, Content, Scan, refuse_number, refuse_size
from core.errors import InputError

_OPENERS: Final[Mapping[str, Callable[[BinaryIO], Any]]] = {
    "gz": lambda file: gzip.GzipFile(fileobj=file),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_DAMAGE: Final = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    OverflowError,  # a size beyond all files
    RecursionError,  # a chain of headers that belong to the next
    MemoryError,
)

_ALWAYS_UNPACKED: Final = 2**30  # bytes
_MOST_TIMES: Final = 100  # what images, which are packed already, never come to when they are unpacked
_MOST_AT_ONCE: Final = 2**28

_KEPT_HEAD: Final = 2**16  # bytes of the first file of each place, which is looked at before all are read
_KEPT_IN_ALL: Final = 2**25
_BLOCK: Final = 512
_MAGIC_BYTES: Final = 32  # kept of every file that only its content can tell


class _Member(NamedTuple):
    """Where a file's content begins, and its size, in bytes of the unpacked archive."""

    start: int
    size: int


class TarTree:
    """The members of a .tar; `packing` is "gz", "bz2", "xz" or "" where it is not packed.

    Of members that `is_unclear` by their names the first bytes are kept. Going through it ends after
    `seconds` where they are given; then it is not complete.
    """

    is_archive: Final = True

    def __init__(
        self, path: Path, packing: str, is_unclear: Callable[[str], bool], seconds: float | None = None
    ) -> None:
        """Go through the archive; raises InputError where it is damaged or unpacks without end, OSError."""
        self.path = path
        self.complete = True
        self.is_packed = packing != ""
        self._packing = packing
        self._names: ArchiveNames[_Member] = ArchiveNames()
        self._heads: dict[str, bytes] = {}
        self._kept = 0
        self._is_unclear = is_unclear
        self._go_through(None if seconds is None else time.monotonic() + seconds)

    @property
    def count(self) -> int:
        """How many files were found."""
        return self._names.count

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of it is not taken."""
        return self._names.remarks

    def scan(self, place: str) -> Scan:
        """Return what is directly in `place`."""
        return self._names.scan(place)

    def head(self, file: str, most: int = HEAD_BYTES) -> bytes | None:
        """Return the first bytes of a member, where it is not packed or they were kept."""
        if self.is_packed:
            return self._heads.get(file, None if self._names.member(file).size else b"")
        start, size = self._names.member(file)
        with self.path.open("rb") as opened:
            opened.seek(start)
            return opened.read(min(size, most))

    def contents(self, files: Sequence[str]) -> Iterator[Content]:
        """Yield them as they lie in the archive, each read when it is reached."""
        members = ((self._names.member(file), row, file) for row, file in enumerate(files))
        with self._opened() as content:
            for (start, size), row, file in sorted(members):
                refuse_size(self.path, file, size)
                with self._named():
                    content.seek(start)
                    data = content.read(size)
                if len(data) < size:
                    raise InputError(
                        f"--data {self.path}: is cut short within {file}; fetch or make it again"
                    )
                yield Content(row, lambda data=data: data, size)  # type: ignore[misc] # mypy has no type for its default

    def _go_through(self, deadline: float | None) -> None:
        seen: dict[str, None] = {}
        with self._opened() as content, self._named():
            tar = tarfile.open(fileobj=content, mode="r:")  # noqa: SIM115 - its file is closed with `content`
            while (member := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined] # it keeps them all, which nobody needs
                refuse_number(self.path, self._names.count)
                if member.isreg() and not member.issparse():
                    self._add(member, content, seen)
                elif member.isdir():
                    self._names.add_folder(member.name)
                else:
                    self._names.add_special()
                if deadline is not None and time.monotonic() > deadline:
                    self.complete = False
                    return
            content.seek(tar.offset)  # where it found no more
            if content.read(_BLOCK) != bytes(_BLOCK):
                raise tarfile.ReadError("it has no end")

    def _add(self, member: tarfile.TarInfo, content: BinaryIO, seen: dict[str, None]) -> None:
        file = self._names.add_file(member.name, _Member(member.offset_data, member.size))
        if file is None or not self.is_packed:
            return
        unclear = self._is_unclear(file)
        place = file.rpartition("/")[0]
        if unclear or (place not in seen and self._kept < _KEPT_IN_ALL):
            seen[place] = None
            content.seek(member.offset_data)
            head = content.read(min(member.size, _MAGIC_BYTES if unclear else _KEPT_HEAD))
            self._heads[file] = head
            self._kept += len(head)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        with self.path.open("rb") as packed:
            if not self.is_packed:
                yield packed
                return
            with closing(_OPENERS[self._packing](packed)) as content:
                yield cast("BinaryIO", _Bounded(content, self.path))

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what is raised of a damaged archive into an InputError."""
        try:
            yield
        except _DAMAGE as error:
            raise InputError(
                f"--data {self.path}: is no whole archive ({error or 'cut short'}); fetch or make it again"
            ) from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise InputError(
                f"--data {self.path}: is no whole archive ({error}); fetch or make it again"
            ) from error


class _Bounded:
    """What an archive unpacks to, until it is more than images could be; `tarfile` reads it as a file."""

    def __init__(self, content: BinaryIO, path: Path) -> None:
        self._content = content
        self._path = path
        self._most = max(_ALWAYS_UNPACKED, _MOST_TIMES * path.stat().st_size)

    def read(self, size: int) -> bytes:
        """Read on; raises InputError behind the bound."""
        if size > _MOST_AT_ONCE or self._content.tell() + size > self._most:
            raise InputError(
                f"--data {self._path}: unpacks to more than {_MOST_TIMES} times its size, which images do "
                "not; fetch or make it again"
            )
        return self._content.read(size)

    def seek(self, place: int) -> int:
        """Go on to a place; raises InputError behind the bound."""
        reached = self._content.tell()
        if place > self._most:
            self.read(_MOST_AT_ONCE + 1)
        return place if place == reached else self._content.seek(place)

    def tell(self) -> int:
        """Return where the next byte comes from."""
        return self._content.tell()
