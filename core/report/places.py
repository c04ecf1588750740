"""Where what is exported goes: looked at early, and filled all at once or not at all."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import InputError


@contextmanager
def place_named(flag: str, path: Path) -> Iterator[Path]:
    """Give where what is named `path`, by `flag`, is to be written, for checks on it.

    Raises:
        InputError: the checks raised an OSError.
    """
    try:
        yield target_of(path)
    except OSError as error:  # a name that is too long, a folder closed to us
        raise InputError(f"{flag} {path}: can't be written ({error.strerror}); name another") from error


def target_of(path: Path) -> Path:
    """Return what is written where `path` is named: what a symbolic link stands for."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def check_file_place(flag: str, path: Path, target: Path) -> None:
    """Check whether a file can be written to `target`, which `path` names.

    Raises:
        InputError: it is a folder, no regular file or closed to writing, or its folder is missing or is.
        OSError: it cannot be looked at.
    """
    if target.is_symlink():
        raise InputError(f"{flag} {path}: is a link that leads back to itself; name another")
    if target.is_dir():
        raise InputError(f"{flag} {path}: is a folder; name a file")
    _check_parent(flag, path, target)
    if target.exists():
        _check_file(flag, path, target)
    _check_writable(flag, path, target)


def check_folder_place(flag: str, path: Path, target: Path) -> None:
    """Check whether a new folder can take the place of `target`, which `path` names.

    Raises:
        InputError: there is something that is no empty folder, or its own folder is missing or closed.
        OSError: it cannot be looked at.
    """
    if target.is_symlink():
        raise InputError(f"{flag} {path}: is a link that leads back to itself; name another")
    _check_parent(flag, path, target)
    if target.exists() and not target.is_dir():
        raise InputError(f"{flag} {path}: is a file; name a folder that is new or empty")
    if target.is_dir() and any(target.iterdir()):
        raise InputError(f"{flag} {path}: is a folder that is not empty; delete it, or name another")
    _check_writable(flag, path, target)


@contextmanager
def staging_beside(target: Path) -> Iterator[Path]:
    """Give a folder in which to make what a rename puts at `target` at once; it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cifar-tui-", suffix=".tmp") as folder:
        yield Path(folder)


def replace_file(target: Path, staged: Path) -> None:
    """Put `staged` in the place of `target`, whose mode and owner it takes over."""
    with suppress(FileNotFoundError):
        before, ours = target.stat(), staged.stat()
        if (before.st_uid, before.st_gid) != (ours.st_uid, ours.st_gid):
            with suppress(PermissionError):  # a group that is not ours
                os.chown(staged, before.st_uid, before.st_gid)
        staged.chmod(stat.S_IMODE(before.st_mode))
    staged.replace(target)


def _check_parent(flag: str, path: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise InputError(f"{flag} {path}: there is no folder {target.parent}; make it, or name another")


def _check_file(flag: str, path: Path, target: Path) -> None:
    """Refuse to replace what an export is no likeness of, and what somebody closed to writing."""
    mode = target.stat().st_mode
    if not stat.S_ISREG(mode):
        raise InputError(f"{flag} {path}: is a pipe or a device; name a file")
    # whoever may do everything may write it; whoever took away the right to did not mean it to be replaced
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise InputError(f"{flag} {path}: is read-only; name another, or make it writable")


def _check_writable(flag: str, path: Path, target: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise InputError(
            f"{flag} {path}: can't write to {target.parent} ({error.strerror}); name another folder"
        ) from error
