"""What `--data` names, before anybody looks there."""

from pathlib import Path

from core.errors import InputError


def folder_of(spec: str) -> Path:
    """Return the folder that `--data` names, "~" resolved; raises InputError where that is none."""
    if not spec:
        raise InputError("--data is empty; give an image folder, or auto, or demo")
    try:
        return Path(spec).expanduser()
    except RuntimeError as error:
        raise InputError(f"--data {spec}: there is no such user; give the folder's full path") from error
