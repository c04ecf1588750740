"""What the worker says for whoever looks after it: lines of its standard error, a file of the suite."""

import os
from contextlib import suppress

_STANDARD_ERROR = 2


def last_word(text: str) -> None:
    """Write a line; what takes none, a full disk, is no end of anything."""
    with suppress(OSError):
        # not sys.stderr, which would keep what it cannot write, and fail with it at the exit
        os.write(_STANDARD_ERROR, f"{text}\n".encode(errors="replace"))
