"""Refuse what no memory here could hold, before any is asked for."""

from pathlib import Path

import psutil

from core.errors import InputError


def check_memory(needed: int, path: Path, what: str) -> None:
    """Raise InputError where `what` ("its images take") in the set that `path` names is more than there is.

    Asked for more than they have, most systems give it, and end the program once it is used.
    """
    there = psutil.virtual_memory().total
    if needed > there:
        raise InputError(
            f"--data {path}: {what} {needed / 1e9:,.1f} GB of memory, of which there are "
            f"{there / 1e9:,.1f} GB; give fewer (--limit-train) or smaller images (--image-size)"
        )
