"""Reads the file that `--model` names, without running it."""

import os
from pathlib import Path
from typing import Final

from core.config.own_model import ModelSource
from core.errors import InputError
from core.runs.safe_files import read_file

_MOST_BYTES: Final = 1 << 20


def read_model(source: ModelSource) -> bytes:
    """Return what the file of `source` holds.

    Raises:
        InputError: it is no regular file that can be read.
    """
    try:
        # the user's own link is followed, to no pipe or device
        return read_file(Path(os.path.realpath(source.path)), _MOST_BYTES)
    except OSError as error:
        raise InputError(
            f"--model {source}: the file cannot be read ({error.strerror}); must be Python of at most 1 MiB"
        ) from None


def unchanged_model(source: ModelSource, digest: str) -> bytes:
    """Return the same, where it is what it was when the suite was made, and had `digest`.

    Raises:
        InputError: it cannot be read, or has changed.
    """
    content = read_model(source)
    if model_digest(content) != digest:
        raise InputError(
            f"--model {source}: the file has changed since the suite was made, and its runs cannot go on as "
            "they began; put it back as it was, or train what it is now as a new suite"
        )
    return content


def model_digest(content: bytes) -> str:
    """Return the SHA-256 of a network's file, by which a change is noticed."""
    import hashlib  # noqa: PLC0415 - screens are there without it, and few runs have a file

    return hashlib.sha256(content).hexdigest()
