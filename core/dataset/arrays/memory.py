"""Refuse what no memory here could hold, before any is asked for."""

from pathlib import Path

import psutil

from core.errors import InputError


def check_memory(needed: int, path: Path, what: str) -> None:
    """Raise InputError where `what` of the set that `path` names takes more bytes than this machine has."""
    there = psutil.virtual_memory().total
    if needed > there:
        raise InputError(
            f"--data {path}: {what} takes {needed / 1e9:,.1f} GB of memory, of which there are "
            f"{there / 1e9:,.1f} GB; give fewer or smaller images"
        )
