"""A folder on a disk; links in it are followed, as they are in any folder."""

import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from core.dataset.tree.tree import HEAD_BYTES, Content, Scan, is_left_by_a_system, refuse_size

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

Stamp = tuple[int, int, int, int]
"""Size in bytes, times of the last change of a file's content and of its entry in ns, inode."""


class FolderTree:
    """The files below `path`; a place is listed once."""

    is_archive: Final = False
    is_packed: Final = False
    complete: Final = True
    remarks: Final[tuple[str, ...]] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self._scans: dict[str, Scan] = {}
        self._opened: dict[str, None] = {}

    @property
    def touched(self) -> tuple[str, ...]:
        """The places that were listed, and the files that were looked into."""
        return (*self._scans, *self._opened)

    def scan(self, place: str) -> Scan:
        """List a place; raises OSError where it is closed to us."""
        if place not in self._scans:
            self._scans[place] = self._listed(place)
        return self._scans[place]

    def head(self, file: str, most: int = HEAD_BYTES) -> bytes | None:
        """Return the first bytes of a file; raises OSError."""
        self._opened[file] = None
        with open(self._full(file), "rb", buffering=0) as opened:  # noqa: PTH123 - a Path costs as much again
            return opened.read(most)

    def contents(self, files: Sequence[str]) -> Iterator[Content]:
        """Yield them as they come."""
        return (Content(row, partial(self._read, file)) for row, file in enumerate(files))

    def stamp(self, file: str) -> Stamp:
        """Return what changes whenever the file at `file`, or the folder, does; raises OSError."""
        return stamp_of(os.stat(self._full(file)))  # noqa: PTH116 - as above

    def kind(self, place: str) -> str | None:
        """Call by its name what is neither a folder nor a file; None where it is not there."""
        try:
            mode = os.stat(self._full(place)).st_mode  # noqa: PTH116 - as above
        except OSError:
            return None
        return _KINDS.get(stat.S_IFMT(mode), "no file")

    def _listed(self, place: str) -> Scan:
        folders: list[str] = []
        files: list[str] = []
        odd: list[str] = []
        with os.scandir(self._full(place)) as entries:
            for entry in entries:
                if is_left_by_a_system(entry.name):
                    continue
                if entry.is_file():
                    files.append(entry.name)
                else:
                    (folders if entry.is_dir() else odd).append(entry.name)
        return Scan(tuple(sorted(folders)), tuple(files), tuple(odd))

    def _read(self, file: str) -> bytes:
        with open(self._full(file), "rb", buffering=0) as opened:  # noqa: PTH123 - as above
            refuse_size(self.path, file, os.fstat(opened.fileno()).st_size)
            return opened.read()

    def _full(self, file: str) -> str:
        return f"{self.path}/{file}" if file else str(self.path)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what of a file's status changes with its content."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
