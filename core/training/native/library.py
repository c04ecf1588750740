"""Loads the C++ layers, compiled at the first use."""

import ctypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from core.training.native.structures import check_sizes

from core.environment import PLAIN_VARIABLE, default_cache_folder, plain_path
from core.errors import InputError
from core.training.native.compiler import LIBRARY_SUFFIX, Compiler
from core.training.native.errors import NotAvailableError

_LOOKING: Final = Lock()  # runs that begin together shall not each compile


@dataclass(frozen=True, slots=True)
class NativeLibrary:
    """The loaded functions; `compiled` tells that they were compiled just now."""

    functions: ctypes.CDLL
    compiled: bool


def native_library() -> NativeLibrary:
    """Return the C++ layers, compiled at the first use on a machine (a few seconds).

    Raises:
        NoCompilerError: there is no compiler.
        CompilationError: there is one, and it cannot compile them.
        NotAvailableError: they are not to be had for another reason.
    """
    with _LOOKING:
        found = _found()
    if isinstance(found, NotAvailableError):
        raise found
    return found


@cache
def _found() -> NativeLibrary | NotAvailableError:
    """Look for the library once; a failure is kept too, for every batch asks."""
    try:
        return _loaded()
    except NotAvailableError as error:
        return error
    except (OSError, InputError) as error:
        return NotAvailableError(str(error))


def _loaded() -> NativeLibrary:
    if plain_path():
        raise NotAvailableError(f"{PLAIN_VARIABLE} is 1")
    compiler = Compiler.found()
    file = default_cache_folder() / f"layers-{compiler.identity()}{LIBRARY_SUFFIX}"
    compiled = not file.exists()
    if compiled:
        _keep(compiler.compile(), file)
    functions = ctypes.CDLL(str(file))
    check_sizes(functions)
    return NativeLibrary(functions, compiled)


def is_available() -> bool:
    """Tell whether the C++ layers can be had here."""
    with _LOOKING:
        return isinstance(_found(), NativeLibrary)


def _keep(library: bytes, file: Path) -> None:
    """Write into `file`; several processes may, and each leaves a whole one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=file.parent, prefix=".compile-") as folder:
        half = Path(folder) / file.name
        half.write_bytes(library)
        half.replace(file)
