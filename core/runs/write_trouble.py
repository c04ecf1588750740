"""What it takes to write again where the system refuses it, in words."""

import errno
import os
import shutil
from pathlib import Path
from typing import Final

_NEEDED: Final = {
    errno.ENOSPC: "free some space there",
    errno.EDQUOT: "the quota is used up: delete something of yours",
    errno.EFBIG: "the limit on the size of files (ulimit -f) is reached",
    errno.EROFS: "it is mounted read-only: mount it for writing",
    errno.EACCES: "its owner or its mode forbids it: allow it",
    errno.EPERM: "its owner or its mode forbids it: allow it",
    errno.ENOENT: "the folder was deleted or moved: train again",
    errno.ENOTDIR: "the folder was deleted or moved: train again",
    errno.ESTALE: "the folder was deleted or moved: train again",
    errno.EIO: "the disk fails: look at the system's log",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open: close other programs",
    errno.ENOMEM: "memory ran out: close other programs",
    errno.EAGAIN: "no further process or thread is allowed (ulimit -u): close other programs",
}
CANNOT_WRITE: Final = "cannot be written"
_LITTLE_SPACE: Final = 64 << 10  # bytes


def trouble_words(folder: Path, error: OSError, what: str = CANNOT_WRITE) -> str:
    """Say in one line what does not work in `folder`, why, and what is needed."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    needed = _NEEDED.get(error.errno or 0)
    return f"{folder}: {what} ({reason}){f'; {needed}' if needed else ''}"


class FolderError(OSError):
    """Something does not work in a folder; the message is one line that says why, and what is needed."""

    def __init__(self, folder: Path, error: OSError, what: str = CANNOT_WRITE) -> None:
        super().__init__(error.errno, trouble_words(folder, error, what))

    def __str__(self) -> str:
        return str(self.strerror)


def trouble_now(folder: Path) -> str:
    """Say what keeps anybody from writing in `folder`, as far as looking tells; empty where nothing does."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return trouble_words(folder, error)
    if free < _LITTLE_SPACE:
        return trouble_words(folder, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    return ""
