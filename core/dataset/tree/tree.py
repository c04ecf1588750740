"""What a folder and an archive have in common for whoever looks for images in them."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from core.errors import InputError

MOST_FILE_BYTES: Final = 2**27
"""A file that has more, or says so, is no picture for a network, and is not read."""

MOST_FILES: Final = 2_000_000
DEEPEST: Final = 32
"""Folders in one another: a link that leads round is one without end."""

HEAD_BYTES: Final = 2**18
"""That the header of nearly every picture is within, with what cameras write before it."""

_LEFT_BY_SYSTEMS: Final = frozenset(
    {
        "__macosx",
        "@eadir",
        "#recycle",
        "$recycle.bin",
        "desktop.ini",
        "ehthumbs.db",
        "lost+found",
        "system volume information",
        "thumbs.db",
    }
)

Read = Callable[[], bytes]
"""Returns the whole content of a file; raises InputError or OSError."""


class Content(NamedTuple):
    """A file's content: its place among those that were asked for, and how to read it.

    `held` is how many bytes of memory it takes until then: none where it is read from a disk.
    """

    row: int
    read: Read
    held: int = 0


class Scan(NamedTuple):
    """The names directly in a place: its folders, sorted, its files, and what is neither, such as pipes."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    odd: tuple[str, ...] = ()


class Tree(Protocol):
    """A folder or an archive: files in places, each called by its path from the top with "/" in between.

    The top is "". What systems leave behind is not in it: hidden files and folders, thumbnails, `__MACOSX`.
    """

    @property
    def path(self) -> Path:
        """The folder, or the archive's file."""

    @property
    def is_archive(self) -> bool:
        """Whether it is one file."""

    @property
    def is_packed(self) -> bool:
        """Whether it can only be read from front to back, so that heads are short, or not at hand."""

    @property
    def complete(self) -> bool:
        """Whether all of it is known: an archive is gone through only so long where somebody waits."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of it is not taken, and why."""

    def scan(self, place: str) -> Scan:
        """Return what is directly in `place`; nothing where there is no such place."""

    def head(self, file: str, most: int = HEAD_BYTES) -> bytes | None:
        """Return the first bytes of a file; None where all before it would have to be read first."""

    def contents(self, files: Sequence[str]) -> Iterator[Content]:
        """Yield each of `files`, in the order they are best read.

        Reading may be left to other threads, and in any order.
        """


def is_left_by_a_system(name: str) -> bool:
    """Tell whether a file or folder is hidden, or one that systems put beside people's own."""
    return name.startswith(".") or name.casefold() in _LEFT_BY_SYSTEMS


def joined(place: str, name: str) -> str:
    """Return the path of `name` in `place`."""
    return f"{place}/{name}" if place else name


def refuse_size(path: Path, file: str, size: int) -> None:
    """Raise InputError for a file that is too large for a picture."""
    if size > MOST_FILE_BYTES:
        raise InputError(
            f"--data {path}: {file} has {size / 1e6:,.0f} MB; scale it down or remove it "
            f"(up to {MOST_FILE_BYTES / 1e6:.0f} MB are read)"
        )


def refuse_number(path: Path, count: int) -> None:
    """Raise InputError for more files than anybody trains these networks on."""
    if count > MOST_FILES:
        raise InputError(f"--data {path}: has more than {MOST_FILES:,} files; give a part of them")
