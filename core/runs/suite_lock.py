"""The lock of a suite: held by who trains it, or writes into its files."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from core.runs.safe_files import open_folder, open_in, own_folder

_FILE: Final = "lock"
_TRY_SECONDS: Final = 0.05


class SuiteLock:
    """A lock that the system frees when its holder dies.

    It is on the file ``lock`` and on the suite's folder itself: whoever cleans up or copies may delete that
    file, and the next worker would lock another one of its name. Where a file system locks no folders, the
    file alone counts.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[int] = []

    def acquire(self, timeout: float | None = None) -> Self:
        """Take the lock, waiting for at most `timeout` seconds, or for as long as it takes.

        Raises:
            TimeoutError: somebody else holds it.
            OSError: the suite's folder is not ours to write in.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self._taken():
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"{self._folder} is locked")
            time.sleep(_TRY_SECONDS)
        return self

    def release(self) -> None:
        """Give the lock back; without effect where it is not held."""
        while self._held:
            os.close(self._held.pop())

    def is_held(self) -> bool:
        """Tell whether anybody holds the lock; any number may look at once, and none writes.

        Nobody holds that of a folder that is not there.

        Raises:
            OSError: it cannot be looked at.
        """
        try:
            folder = open_folder(self._folder)
        except FileNotFoundError:
            return False
        try:
            if not _locked(folder, fcntl.LOCK_SH):
                return True
            file = open_in(folder, _FILE, os.O_RDONLY)
        except FileNotFoundError:
            return False
        finally:
            os.close(folder)
        try:
            return not _locked(file, fcntl.LOCK_SH)
        finally:
            os.close(file)

    def __enter__(self) -> Self:
        return self if self._held else self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _taken(self) -> bool:
        """Try to take the lock; return whether it is held now."""
        taken = False
        try:
            with own_folder(self._folder) as folder:
                self._held.append(os.dup(folder))
                if _locked(self._held[-1], fcntl.LOCK_EX):
                    self._held.append(open_in(folder, _FILE, os.O_RDWR | os.O_CREAT))
                    taken = _locked(self._held[-1], fcntl.LOCK_EX) and self._is_named(folder)
        finally:
            if not taken:
                self.release()
        return taken

    def _is_named(self, folder: int) -> bool:
        """Tell whether the file was not deleted before it was locked."""
        with suppress(FileNotFoundError):
            named = os.stat(_FILE, dir_fd=folder, follow_symlinks=False)
            return os.path.samestat(named, os.fstat(self._held[-1]))
        return False


def _locked(descriptor: int, kind: int) -> bool:
    """Lock a file or a folder; return False where somebody else has it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no such lock
        return True
    return True
