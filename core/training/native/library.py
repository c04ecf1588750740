"""Loads the C++ layers, compiled at the first use."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from core.environment import CACHE_VARIABLE, PLAIN_VARIABLE, default_cache_folder, plain_path
from core.errors import InputError
from core.training.native.compiler import Compiler
from core.training.native.errors import NotAvailableError
from core.training.native.library_cache import KeptLibrary, LibraryFolder, remove_old_libraries
from core.training.native.ownership import UnusableError
from core.training.native.structures import check_sizes

_LOOKING: Final = Lock()  # runs that begin together shall not each compile


@dataclass(frozen=True, slots=True)
class NativeLibrary:
    """The loaded functions; `compiled` says whether they were compiled just now.

    `identity` names what their machine code depends on.
    The `notices` say what they have to do without, and what would be right.
    """

    functions: ctypes.CDLL
    compiled: bool
    identity: str
    notices: tuple[str, ...] = ()


def native_library() -> NativeLibrary:
    """Return the C++ layers, compiled at the first use on a machine (some ten seconds on two cores).

    Raises:
        NoCompilerError: there is no compiler.
        CompilationError: there is one, and it cannot compile them.
        NotAvailableError: they are not available for another reason.
    """
    with _LOOKING:
        found = _found()
    if isinstance(found, NotAvailableError):
        raise found
    return found


def is_available() -> bool:
    """Tell whether the C++ layers are available here."""
    with _LOOKING:
        return isinstance(_found(), NativeLibrary)


@cache
def _found() -> NativeLibrary | NotAvailableError:
    """Look for the library once; a failure is kept too, for every batch asks."""
    if plain_path():
        return NotAvailableError(f"{PLAIN_VARIABLE} is 1")
    if sys.platform == "win32":
        return NotAvailableError("they are written for Linux and macOS")
    try:
        compiler = Compiler.found()
        library = load_library(compiler, default_cache_folder)
        return library if compiler.has_threads() else _on_one_thread(library, compiler)
    except NotAvailableError as error:
        return error
    except OSError as error:
        return NotAvailableError(str(error))


def load_library(compiler: Compiler, cache_folder: Callable[[], Path]) -> NativeLibrary:
    """Load the library from the cache, where it is compiled if none that is whole lies there.

    Where the cache cannot keep it safely, it is compiled for this process alone, in a folder that nobody else
    has ever had: ten seconds at every start are less than torch's layers cost a run.

    Raises:
        CompilationError: it cannot be compiled.
        StructSizeError: it has other structs than Python takes it to have.
        NotAvailableError: it can be loaded from neither place.
        OSError: the compiler cannot be started, or a source not be read.
    """
    identity, compiled = compiler.identity(), cache(compiler.compile)  # at most once
    try:
        base = cache_folder()
        library = _from_folder(LibraryFolder.place(base), identity, compiled)
    except UnusableError as error:
        return _kept_nowhere(
            f"{error}, or let {CACHE_VARIABLE} name a folder of your own", identity, compiled
        )
    except InputError as error:
        return _kept_nowhere(str(error), identity, compiled)
    if library.compiled:
        remove_old_libraries(base)
    return library


def kept_library(compiler: Compiler, cache: Path) -> NativeLibrary | None:
    """Load what the cache folder keeps, None where that is nothing; neither file nor folder is made there.

    Raises:
        NotAvailableError: it is other than Python takes it to be, or cannot be loaded from there.
        OSError: the cache cannot be read.
    """
    path = LibraryFolder.place(cache)
    if not path.is_dir():
        return None
    identity = compiler.identity()
    try:
        with LibraryFolder.opened(path) as folder:
            kept = folder.find(identity)
            functions = _loaded(kept) if kept is not None else None
    except UnusableError as error:
        raise NotAvailableError(str(error)) from error
    if functions is None:
        return None
    check_sizes(functions)
    return NativeLibrary(functions, compiled=False, identity=identity)


def _kept_nowhere(reason: str, identity: str, compiled: Callable[[], bytes]) -> NativeLibrary:
    try:
        with TemporaryDirectory(prefix="cifar-tui-") as folder:
            library = _from_folder(Path(folder) / "native", identity, compiled)
    except (UnusableError, OSError) as error:
        raise NotAvailableError(f"{reason}; {error}") from error
    return replace(library, notices=(f"C++ layers are compiled anew at every start: {reason}",))


def _on_one_thread(library: NativeLibrary, compiler: Compiler) -> NativeLibrary:
    notice = (
        f"C++ layers compute on one thread: {compiler.path} has no OpenMP; install libomp "
        "(macOS: brew install libomp, and let CPATH and LIBRARY_PATH name its folders)"
    )
    return replace(library, notices=(*library.notices, notice))


def _from_folder(path: Path, identity: str, compiled: Callable[[], bytes]) -> NativeLibrary:
    """Load the library that the folder keeps, or what `compiled` returns, which is then kept.

    Raises:
        UnusableError: the folder cannot keep it safely, or the library cannot be loaded from there.
        NotAvailableError: as `load_library`.
    """
    try:
        with LibraryFolder.opened(path) as folder:
            kept = folder.find(identity)
            fresh = kept is None
            if kept is None:
                folder.keep(identity, compiled())
                kept = folder.find(identity)
            if kept is None:
                raise UnusableError(f"{path} damages what is written into it; look after its disk")
            functions = _loaded(kept)
    except OSError as error:
        raise UnusableError(
            f"{path} cannot be used ({error.strerror}); see that it can be written"
        ) from error
    check_sizes(functions)
    return NativeLibrary(functions, fresh, identity)


def _loaded(kept: KeptLibrary) -> ctypes.CDLL:
    try:
        return kept.load()
    except OSError as error:
        raise UnusableError(f"{kept.path} cannot be loaded ({error}); remove it") from error
