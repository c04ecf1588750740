"""Compiles the C++ layers for this very processor, once, and loads them."""

import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from core.environment import PLAIN_VARIABLE, default_cache_folder, plain_path
from core.errors import InputError

_FOLDER: Final = Path(__file__).parent
_HEADERS: Final = tuple(sorted(file.name for file in _FOLDER.glob("*.hpp")))
_SOURCES: Final = tuple(sorted(file.name for file in _FOLDER.glob("*.cpp")))
_FLAGS: Final = ("-O3", "-march=native", "-std=c++17", "-shared", "-fPIC", "-fopenmp")
_COMPILERS: Final = ("g++", "clang++", "c++")
_COMPILE_SECONDS: Final = 120.0
_LOOKING: Final = Lock()  # runs that begin together shall not each compile


class NotAvailableError(Exception):
    """The C++ layers cannot be had here; the message says why, in a few words."""


@dataclass(frozen=True, slots=True)
class NativeLibrary:
    """The loaded functions; `compiled` tells that they were compiled just now."""

    functions: ctypes.CDLL
    compiled: bool


def native_library() -> NativeLibrary:
    """Return the C++ layers, compiled at the first use on a machine (a few seconds).

    Raises:
        NotAvailableError: there is no compiler, or it cannot compile them.
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
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        raise NotAvailableError(f"no C++ compiler ({', '.join(_COMPILERS)})")
    name = f"layers-{_identity(compiler)}{sysconfig.get_config_var('SHLIB_SUFFIX')}"
    file = default_cache_folder() / name
    compiled = not file.exists()
    if compiled:
        _compile(compiler, file)
    return NativeLibrary(ctypes.CDLL(str(file)), compiled)


def is_available() -> bool:
    """Tell whether the C++ layers can be had here."""
    with _LOOKING:
        return isinstance(_found(), NativeLibrary)


def _identity(compiler: str) -> str:
    """Name what the machine code depends on: sources, flags, compiler, processor."""
    digest = hashlib.sha256()
    for name in (*_HEADERS, *_SOURCES):
        digest.update((_FOLDER / name).read_bytes())
    version = subprocess.run([compiler, "--version"], capture_output=True, check=False).stdout
    digest.update(shlex.join(_FLAGS).encode() + version + _processor().encode())
    return digest.hexdigest()[:16]


def _processor() -> str:
    """Return what `-march=native` looks at."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() + platform.machine()
    keys = ("model name", "flags", "Features")
    return "\n".join(dict.fromkeys(line for line in lines if line.startswith(keys)))


def _compile(compiler: str, file: Path) -> None:
    """Compile into `file`; several processes may, and each leaves a whole one.

    Raises:
        NotAvailableError: the compiler does not do it.
        OSError: the cache folder cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=file.parent, prefix=".compile-") as folder:
        half = Path(folder) / file.name
        command = [compiler, *_FLAGS, *(str(_FOLDER / name) for name in _SOURCES), "-o", str(half)]
        try:
            done = subprocess.run(
                command,
                env=os.environ | {"LC_ALL": "C"},
                capture_output=True,
                text=True,
                timeout=_COMPILE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotAvailableError(f"{compiler} took more than {_COMPILE_SECONDS:.0f} s") from None
        if done.returncode != 0:
            complaint = next(
                (line for line in done.stderr.splitlines() if "error" in line), "no reason given"
            )
            raise NotAvailableError(f"{compiler}: {complaint.strip()}")
        half.replace(file)
