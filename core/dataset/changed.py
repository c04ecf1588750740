"""The error for what others write while it is read here."""

from pathlib import Path

from core.errors import InputError


def changed_meanwhile(path: Path, done: str = "read") -> InputError:
    """Return the error for what is not any more what it was when it began to be `done`."""
    return InputError(f"--data {path}: it changed while it was {done}; start again once it is complete")
