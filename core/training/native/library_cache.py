"""The folder that compiled libraries are kept in, and what must hold before one of them is loaded.

Loading a library runs it, and two things can be wrong with one that lies in a cache:

- It is damaged: the disk was full, the power failed. A library is therefore named by the SHA-256 of its
  content. That helps against nothing else, for whoever plants a file can name it by its hash as well.
- It is somebody else's. So the folder and its files must be the user's own, writable by nobody else. The
  folder is opened once and everything is done inside of it as opened: whoever may rename what it lies in can
  only put another folder in its place, which must be the user's own just as well.

Each user has a folder of their own below the cache's, so that several can share the cache, and root, who may
run with somebody's cache folder, leaves nothing there that its owner cannot use.
"""

import ctypes
import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from core.training.native.compiler import LIBRARY_SUFFIX
from core.training.native.ownership import UnusableError, refuse_foreign, refuse_open_parents

_DESCRIPTORS: Final = Path("/proc/self/fd")
_OLD_NAME: Final = re.compile(rf"layers-[0-9a-f]{{16}}{re.escape(LIBRARY_SUFFIX)}")


@dataclass(frozen=True, slots=True)
class KeptLibrary:
    """A library in a folder, found to be whole and the user's own."""

    folder: "LibraryFolder"
    name: str
    content: bytes

    @property
    def path(self) -> Path:
        """Where it lies, for people to read."""
        return self.folder.path / self.name

    def load(self, descriptors: Path = _DESCRIPTORS) -> ctypes.CDLL:
        """Load what was checked; `descriptors` is where the system shows open files as names, if it does.

        Raises:
            OSError: it is no library for this machine, or the folder's file system runs no programs.
        """
        # inside the folder as opened; a name is a content, so no other process of ours changes what it is
        file = descriptors / str(self.folder.descriptor) / self.name
        if os.access(file, os.R_OK):
            return ctypes.CDLL(str(file))
        with TemporaryDirectory(prefix="cifar-tui-") as private:
            copy = Path(private) / self.name
            copy.write_bytes(self.content)
            return ctypes.CDLL(str(copy))


@dataclass(frozen=True, slots=True)
class LibraryFolder:
    """The folder at `path`, the user's own, open as `descriptor`."""

    path: Path
    descriptor: int

    @classmethod
    def place(cls, cache: Path) -> Path:
        """Return where the user's libraries are in the cache folder `cache`."""
        return cache / f"native-{os.geteuid()}"

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["LibraryFolder"]:
        """Open the folder, made where there is none.

        Raises:
            UnusableError: somebody else may write in it, or anybody may take it away.
            OSError: it cannot be made or read.
        """
        descriptor = _opened_or_made(path)
        try:
            refuse_open_parents(path)
            refuse_foreign(os.fstat(descriptor), path)
            yield cls(path, descriptor)
        finally:
            os.close(descriptor)

    def find(self, identity: str) -> KeptLibrary | None:
        """Return the library for `identity`, None where there is none that is whole.

        Raises:
            UnusableError: there is one that somebody else may have written.
            OSError: it cannot be read.
        """
        pattern = re.compile(rf"layers-{re.escape(identity)}-([0-9a-f]{{64}}){re.escape(LIBRARY_SUFFIX)}")
        for name in sorted(os.listdir(self.descriptor)):  # noqa: PTH208 - no Path has a descriptor
            if match := pattern.fullmatch(name):
                content = self._read(name)
                if hashlib.sha256(content).hexdigest() == match[1]:
                    return KeptLibrary(self, name, content)
        return None

    def keep(self, identity: str, content: bytes) -> None:
        """Write a library; several processes may at once, and each leaves a whole one.

        Raises:
            OSError: it cannot be written.
        """
        name = f"layers-{identity}-{hashlib.sha256(content).hexdigest()}{LIBRARY_SUFFIX}"
        half = f".{name}.{uuid4().hex}"
        inside = self.descriptor
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(half, flags, 0o600, dir_fd=inside), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, name, src_dir_fd=inside, dst_dir_fd=inside)
        except OSError:
            with suppress(OSError):
                os.unlink(half, dir_fd=inside)
            raise

    def _read(self, name: str) -> bytes:
        path = self.path / name
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a FIFO is not waited for
        try:
            descriptor = os.open(name, flags, dir_fd=self.descriptor)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EMLINK}:  # the second on BSD
                raise UnusableError(f"{path} is a link; remove it") from error
            raise
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise UnusableError(f"{path} is no file; remove it")
            refuse_foreign(found, path)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(descriptor)


def remove_old_libraries(cache: Path) -> None:
    """Remove the user's own libraries of earlier versions, which lay in the cache folder itself."""
    with suppress(OSError), os.scandir(cache) as entries:
        for entry in entries:
            if not _OLD_NAME.fullmatch(entry.name) or not entry.is_file(follow_symlinks=False):
                continue
            if entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                Path(entry.path).unlink()


def _opened_or_made(path: Path) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        return os.open(path, flags)
    except OSError as error:
        if path.is_symlink():
            raise UnusableError(f"{path} is a link; remove it") from error
        raise
