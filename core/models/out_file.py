"""The file that a model goes to: written whole, or not at all."""

import os
import stat
import tempfile
from pathlib import Path

from core.config.model_form import Form
from core.errors import InputError


def check_out(path: Path, form: Form) -> None:
    """Check early, before torch is imported, whether a model can be written to `path`.

    Raises:
        InputError: it has another ending, is no file, or its folder is missing or closed to writing.
    """
    if path.suffix.lower() != f".{form}":
        raise InputError(f"--out {path}: must end in .{form}")
    try:
        target = path.resolve()
        if target.is_dir():
            raise InputError(f"--out {path}: is a folder; name a file")
        if not target.parent.is_dir():
            raise InputError(f"--out {path}: there is no folder {target.parent}; make it, or name another")
        if target.exists() and not (stat.S_ISREG(target.stat().st_mode) and os.access(target, os.W_OK)):
            raise InputError(f"--out {path}: is no file that can be written; name another")
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a zero byte
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"--out {path}: can't be written ({reason}); name another") from None


def write_out(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path`, or of what that is a link to, once it is on the disk.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    target = path.resolve()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cifar-tui-", suffix=".tmp") as folder:
        half = Path(folder) / target.name
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
