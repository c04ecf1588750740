"""Whether a file or folder is the user's own, so that what lies there may be run."""

import os
import stat
from pathlib import Path
from typing import Final

_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class UnusableError(Exception):
    """A folder, or a file in it, is not to be used; the message says why, and what would be right."""


def refuse_foreign(found: os.stat_result, path: Path) -> None:
    """Check what `path` was `found` to be.

    Raises:
        UnusableError: it belongs to somebody else, or others may write it.
    """
    if found.st_uid != os.geteuid():
        raise UnusableError(f"{path} belongs to user {found.st_uid}, not to user {os.geteuid()}; remove it")
    if found.st_mode & _OTHERS_WRITE:
        raise UnusableError(f"others may write {path} ({_mode(found)}); remove it")


def refuse_open_parents(path: Path) -> None:
    """Check the folders that `path` lies in.

    Raises:
        UnusableError: in one of them, anybody may rename what is not theirs.
        OSError: one cannot be looked at.
    """
    place = path.parent.resolve()
    for parent in (place, *place.parents):
        found = parent.stat()
        # groups are let be: where everybody has a group of their own, that it may write is the usual thing
        if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
            raise UnusableError(f"anybody may write {parent} ({_mode(found)}); take that away (chmod o-w)")


def _mode(found: os.stat_result) -> str:
    return f"mode {stat.S_IMODE(found.st_mode):04o}"
