"""The token that lets a browser in: where it comes from."""

import re
import secrets
import stat
from pathlib import Path
from typing import Final

from core.errors import InputError
from tui.command.standard_streams import say

_SHORTEST: Final = 16
_LONGEST: Final = 4096
_CHARACTERS: Final = re.compile(r"[\w~.-]+", re.ASCII)  # which an address takes as they are


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe()


def read_token(file: Path) -> str:
    """Return the token in `file`; say so where other users of this machine can read it.

    Raises:
        InputError: there is none, or it is none that is hard to guess and fits into an address.
    """
    try:
        with file.open("rb") as stream:
            text = stream.read(_LONGEST).decode("ascii", "replace").strip()
            mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as error:
        raise InputError(f"--token-file {file}: {error.strerror}") from None
    if len(text) < _SHORTEST or not _CHARACTERS.fullmatch(text):
        raise InputError(
            f"--token-file {file}: must hold one token of {_SHORTEST} characters or more, of letters, digits "
            "and -._~, such as `openssl rand -hex 32` prints"
        )
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        say(f"cifar-tui: other users of this machine may read the token (chmod 600 {file})")
    return text
