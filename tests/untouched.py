"""What of a file changes when somebody writes."""

import os
from pathlib import Path


def untouched(path: Path) -> tuple[int, ...]:
    """Return all that writing to `path`, or in place of a link, changes; reading changes another time."""
    found = os.lstat(path)
    return found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns
