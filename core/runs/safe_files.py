"""Opens and makes the files of a runs folder, which may be a stranger's.

An archive keeps its links, pipes and devices when it is unpacked. So nothing but a regular file is opened
here, no link is followed and no pipe waited for; and what is written lies in a folder of the user's own that
is no link either. Every OSError has a `strerror` for people.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from os.path import islink
from pathlib import Path
from typing import BinaryIO, Final

_LINK: Final = (errno.ELOOP, "it is a link, and none is followed in a runs folder")
_HARD_LINK: Final = (errno.EMLINK, "it has a second name, a hard link; make it a copy")
_NO_FILE: Final = (errno.EINVAL, "it is no regular file")
_LINKED_FOLDER: Final = (errno.ELOOP, "its folder is a link; name the folder itself")
_FOREIGN: Final = (errno.EPERM, "its folder is another user's, and only read")
_TOO_LARGE: Final = (errno.EFBIG, "it is larger than any of ours")

_FLAGS: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def open_to_read(path: Path) -> BinaryIO:
    """Open a file to read, without a buffer.

    Raises:
        OSError: it is missing, closed to us, or no regular file.
    """
    return _opened(str(path), os.O_RDONLY, "rb")


def read_file(path: Path, most: int) -> bytes:
    """Return the content of a file that has at most `most` bytes.

    Raises:
        OSError: it has more, or cannot be opened.
    """
    with open_to_read(path) as file:
        blocks, left = [], most + 1
        while left > 0 and (block := file.read(left)):
            blocks.append(block)
            left -= len(block)
    if left <= 0:
        raise OSError(*_TOO_LARGE, str(path))
    return b"".join(blocks)


def open_to_append(path: Path) -> BinaryIO:
    """Open a file to append to, without a buffer, and make it where there is none.

    Raises:
        OSError: it cannot be written, or is not to be.
    """
    with own_folder(path.parent) as folder:
        return _opened(path.name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, "ab", folder)


def empty_file(path: Path) -> None:
    """Make an empty file, of what is there as well.

    Raises:
        OSError: as for `open_to_append`.
    """
    with open_to_append(path) as file:
        file.truncate(0)


@contextmanager
def replacing(path: Path, half: str) -> Iterator[BinaryIO]:
    """Give a file to write: called `half` at first, it takes the place of `path` once it is on the disk.

    Raises:
        OSError: it cannot be written, or is not to be; what was there stays.
    """
    with own_folder(path.parent) as folder:
        with suppress(FileNotFoundError):
            os.unlink(half, dir_fd=folder)
        file = _opened(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, "w+b", folder)
        try:
            with file:
                yield file
                os.fsync(file.fileno())
            os.replace(half, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)  # the new name, too
        except BaseException:
            with suppress(OSError):
                os.unlink(half, dir_fd=folder)
            raise


def write_whole(file: BinaryIO, content: bytes) -> None:
    """Write all of `content` to a file without a buffer, which may take it in parts.

    Raises:
        OSError: the disk does not take it.
    """
    left = memoryview(content)
    while left:
        written = file.write(left)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left = left[written:]


def make_folder(path: Path) -> None:
    """Make a folder in one of the user's own, unless it is there.

    Raises:
        OSError: it cannot be made, or is not to be.
    """
    with own_folder(path.parent) as parent, suppress(FileExistsError):
        os.mkdir(path.name, dir_fd=parent)


def remove_file(path: Path) -> None:
    """Remove a file, or a link to one, from a folder of the user's own; nothing where there is none.

    Raises:
        OSError: it cannot be removed, or is not to be.
    """
    with suppress(FileNotFoundError), own_folder(path.parent) as folder:
        os.unlink(path.name, dir_fd=folder)


def new_folder(parent: Path, name: str) -> Path:
    """Make a folder in `parent` called `name`, with a number behind where there is one already.

    Raises:
        OSError: it cannot be made.
    """
    for attempt in count(1):
        path = parent / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            path.mkdir()
        except FileExistsError:
            if not path.is_dir():
                raise
        else:
            return path
    raise AssertionError("count() ended")


def delete_folder(path: Path) -> None:
    """Delete a folder with all that is in it; what links in it lead to stays.

    Raises:
        OSError: it is a link or another user's, or something in it cannot be deleted.
    """
    with own_folder(path):
        shutil.rmtree(path)


@contextmanager
def own_folder(path: Path) -> Iterator[int]:
    """Give the descriptor of a folder to write in.

    Raises:
        OSError: it is missing, a link or another user's.
    """
    try:
        folder = os.open(path, _FOLDER_FLAGS | os.O_NOFOLLOW)
    except OSError as error:
        if islink(path):  # noqa: PTH114 - as in `open`
            raise OSError(*_LINKED_FOLDER, str(path)) from error
        raise
    try:
        _check_owner(path, folder)
        yield folder
    finally:
        os.close(folder)


def open_folder(path: Path) -> int:
    """Return the descriptor of a folder to look at; the caller closes it.

    Raises:
        OSError: it is missing or closed to us.
    """
    return os.open(path, _FOLDER_FLAGS)


def open_in(folder: int, name: str, flags: int) -> int:
    """Open a regular file by its name in the folder with the descriptor `folder`; return its own descriptor.

    Raises:
        OSError: it cannot be opened so, or is no regular file.
    """
    return _descriptor(name, flags, folder)


def _opened(name: str, flags: int, mode: str, folder: int | None = None) -> BinaryIO:
    descriptor = _descriptor(name, flags, folder)
    file: BinaryIO = os.fdopen(descriptor, mode, buffering=0)  # type: ignore[assignment] # FileIO is as good
    return file


def _descriptor(name: str, flags: int, folder: int | None) -> int:
    with suppress(FileNotFoundError):
        # looked at before it is opened: a device may take the opening itself for an order
        _check_kind(name, os.stat(name, dir_fd=folder, follow_symlinks=False), flags)
    descriptor = os.open(name, flags | _FLAGS, 0o666, dir_fd=folder)
    try:
        _check_kind(name, os.fstat(descriptor), flags)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_kind(name: str, found: os.stat_result, flags: int) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise OSError(*_LINK, name)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(*_NO_FILE, name)
    if found.st_nlink > 1 and flags & (os.O_WRONLY | os.O_RDWR):
        raise OSError(*_HARD_LINK, name)


def _check_owner(path: Path, folder: int) -> None:
    owner = os.fstat(folder).st_uid
    if owner == os.geteuid():
        return
    import tempfile  # noqa: PLC0415 - rarely needed, and slower to import than all the rest

    try:
        # there are file systems that give every file to somebody else: ours in there would be theirs, too
        with tempfile.TemporaryFile(dir=path) as ours:
            same = os.fstat(ours.fileno()).st_uid == owner
    except OSError:
        same = False
    if not same:
        raise OSError(*_FOREIGN, str(path))
