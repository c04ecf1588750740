"""Keep Pillow, and the libraries it is made with, from the terminal: what is wrong is told by us."""

import ctypes
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from PIL import _imaging


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Let Pillow warn of nothing meanwhile.

    For the whole process, as Python has it; so it is for whoever has threads to do it around them.
    """
    _quiet_libraries()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def _quiet_libraries() -> None:
    """Stop what Python's logging would write where nobody asked for it, and libtiff by itself; for good."""
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    with suppress(AttributeError, OSError):  # where Pillow has no libtiff, or hides it
        libraries = ctypes.CDLL(_imaging.__file__)
        libraries.TIFFSetErrorHandler(None)
        libraries.TIFFSetWarningHandler(None)
