"""Tell by its first bytes what archive a file is, whatever it is called, and open it."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.dataset.tree.tarred import TarTree
    from core.dataset.tree.zipped import ZipTree

_MAGIC: Final = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\0": "xz",
}
_TAR_MAGIC: Final = b"ustar"
_TAR_MAGIC_AT: Final = 257
_TAR_END: Final = _TAR_MAGIC_AT + len(_TAR_MAGIC)

ARCHIVE_SUFFIXES: Final = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz")
FOREIGN_SUFFIXES: Final = (".rar", ".7z", ".zst", ".lz4", ".iso", ".dmg")


def is_archive(path: Path) -> bool:
    """Tell whether a file is one that `open_archive` opens; raises OSError."""
    return _packing(path) is not None


def open_archive(
    path: Path, is_unclear: Callable[[str], bool], seconds: float | None = None
) -> "ZipTree | TarTree | None":
    """Return the archive in a file; None where it is none.

    `is_unclear` and `seconds` are `TarTree`'s.
    Raises InputError where it is damaged or needs a password, and OSError.
    """
    packing = _packing(path)
    if packing == "zip":
        from core.dataset.tree.zipped import ZipTree  # noqa: PLC0415 - most images are in no archive

        return ZipTree(path)
    if packing is None:
        return None
    from core.dataset.tree.tarred import TarTree  # noqa: PLC0415 - as above

    return TarTree(path, packing, is_unclear, seconds)


def is_regular(path: Path) -> bool:
    """Tell whether it is a file with content, or a link to one, and no pipe or device."""
    return stat.S_ISREG(path.stat().st_mode)


def _packing(path: Path) -> str | None:
    """Return "zip", how a .tar is packed, "" for one that is not; None for what is no archive."""
    with path.open("rb") as file:
        head = file.read(_TAR_END)
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    return "" if head[_TAR_MAGIC_AT:] == _TAR_MAGIC else None
