"""What `--data` names, before anybody looks there."""

from pathlib import Path
from typing import Final

from core.config.torchvision_sets import torchvision_choice
from core.errors import InputError

NAMED: Final = frozenset({"auto", "demo"})
"""Sets of images that have a name of their own."""


def full_source(spec: str) -> str:
    """Return what `--data` names as suites keep it: a folder or file by its full path.

    Raises:
        InputError: it cannot be such a name.
    """
    if spec in NAMED:
        return spec
    choice = torchvision_choice(spec)
    return str(folder_of(spec).absolute() if choice is None else choice)


def folder_of(spec: str) -> Path:
    """Return the folder that `--data` names, "~" resolved; raises InputError where that is none."""
    if not spec:
        raise InputError("--data is empty; give a folder of images, or auto, or demo")
    try:
        return Path(spec).expanduser()
    except RuntimeError as error:
        raise InputError(f"--data {spec}: there is no such user; give the folder's full path") from error
