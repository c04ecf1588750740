"""Compiles the C++ layers for this very processor."""

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.environment import single_precision, usable_cores
from core.training.native.errors import CompilationError, NoCompilerError, NotAvailableError
from core.training.native.ownership import UnusableError, refuse_open_parents

FLAGS_VARIABLE: Final = "CIFAR_TUI_CXXFLAGS"
"""The environment variable that gives the compiler further flags, as a shell would split them."""

LIBRARY_SUFFIX: Final = str(sysconfig.get_config_var("SHLIB_SUFFIX"))

_SOURCES: Final = Path(__file__).parent
# ARM's compilers take the name of a processor where others take that of an architecture
_NATIVE: Final = "-mcpu=native" if platform.machine().lower() in {"arm64", "aarch64"} else "-march=native"
_FLAGS: Final = ("-O3", _NATIVE, "-std=c++17", "-fPIC")
_OBJECT: Final = "-c"
_LIBRARY: Final = "-shared"
# How OpenMP, which makes the threads, is asked for: of most, and of Apple's clang, which brings no libomp.
_OPENMP: Final = (("-fopenmp",), ("-Xpreprocessor", "-fopenmp", "-lomp"))
_USES_OPENMP: Final = "#include <omp.h>\nint threads() { return omp_get_max_threads(); }\n"
_USES_NOTHING: Final = "int threads() { return 1; }\n"
_COMPILERS: Final = ("g++", "clang++", "c++")
_TIMEOUT_SECONDS: Final = 300.0  # 9 s of work for the longest source, on a machine that may be busy
_MOST_AT_ONCE: Final = 4  # the longest source is half of the work, and takes 0.4 GB


@dataclass(frozen=True, slots=True)
class Compiler:
    """The compiler at `path`, for the `*.cpp` and `*.hpp` in the folder `sources`."""

    path: str
    sources: Path = _SOURCES

    @classmethod
    def found(cls, sources: Path = _SOURCES) -> "Compiler":
        """Return the first compiler that the shell would find.

        Raises:
            NoCompilerError: there is none.
        """
        path = next(filter(None, map(shutil.which, _COMPILERS)), None)
        if path is None:
            raise NoCompilerError(f"no C++ compiler ({', '.join(_COMPILERS)})")
        return cls(path, sources)

    def identity(self) -> str:
        """Name what the machine code depends on: sources, flags, compiler, processor; 16 hexadecimal digits.

        Raises:
            CompilationError: the environment's flags cannot be understood.
            InputError: it names a precision there is not.
        """
        digest = hashlib.sha256()
        for file in (*self._files("*.hpp"), *self._files("*.cpp")):
            digest.update(file.read_bytes())
        digest.update(shlex.join(_flags(self.path)).encode() + _version(self.path) + _processor().encode())
        return digest.hexdigest()[:16]

    def has_threads(self) -> bool:
        """Tell whether there is OpenMP for this compiler; without it, the layers compute on one thread."""
        return bool(_openmp(self.path))

    def version(self) -> str:
        """Return the first line of what the compiler says it is; empty where it says nothing."""
        return next(iter(_version(self.path).decode(errors="replace").splitlines()), "").strip()

    def try_out(self) -> None:
        """Compile a few lines as the layers are compiled, and keep nothing of it: tenths of a second.

        Raises:
            CompilationError: the compiler refuses them, takes too long or has no room.
        """
        try:
            with TemporaryDirectory(prefix="cifar-tui-") as folder:
                source = Path(folder) / "trial.cpp"
                source.write_text(_USES_OPENMP if self.has_threads() else _USES_NOTHING, encoding="ascii")
                self._run(_LIBRARY, [source], Path(folder) / f"trial{LIBRARY_SUFFIX}")
        except OSError as error:
            raise CompilationError(f"{self.path}: {error}") from error

    def compile(self) -> bytes:
        """Return the shared library.

        Raises:
            CompilationError: the compiler refuses the sources, takes too long or has no room.
            NotAvailableError: somebody else could exchange what it writes.
        """
        try:
            return self._compiled()
        except UnusableError as error:
            raise NotAvailableError(f"{error}, or let TMPDIR name a folder of your own") from error
        except OSError as error:
            raise CompilationError(f"{self.path}: {error}") from error

    def _compiled(self) -> bytes:
        # not in the cache: what is left of a compilation that was killed is nothing to keep
        with TemporaryDirectory(prefix="cifar-tui-") as folder:
            refuse_open_parents(Path(folder))
            library = Path(folder) / f"layers{LIBRARY_SUFFIX}"
            self._run(_LIBRARY, self._objects(Path(folder)), library)
            return library.read_bytes()

    def _objects(self, folder: Path) -> list[Path]:
        """Compile every source into `folder`, several at once; the first that fails is the one told of."""

        def compiled(source: Path) -> Path:
            self._run(_OBJECT, [source], made := folder / f"{source.stem}.o")
            return made

        with ThreadPoolExecutor(min(usable_cores(), _MOST_AT_ONCE)) as pool:
            return list(pool.map(compiled, self._files("*.cpp")))

    def _run(self, kind: str, inputs: Sequence[Path], output: Path) -> None:
        try:
            done = subprocess.run(
                [self.path, *_flags(self.path), kind, *map(str, inputs), "-o", str(output)],
                env=os.environ | {"LC_ALL": "C"},
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CompilationError(f"{self.path} took more than {_TIMEOUT_SECONDS:.0f} s") from None
        if done.returncode != 0:
            raise CompilationError(f"{self.path}: {_complaint(done.stderr)}")

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self.sources.glob(pattern))


@cache
def _version(path: str) -> bytes:
    return subprocess.run([path, "--version"], capture_output=True, check=False).stdout


@cache
def _openmp(path: str) -> tuple[str, ...]:
    """Return the flags by which the compiler at `path` takes OpenMP; none where it does not."""
    if b"clang" not in _version(path):
        return _OPENMP[0]  # gcc brings its own: to ask it would take a twentieth of a second a start
    with TemporaryDirectory(prefix="cifar-tui-") as folder:
        for flags in _OPENMP:
            command = [path, "-shared", "-fPIC", "-x", "c++", "-", *flags, "-o", f"{folder}/openmp"]
            done = subprocess.run(command, input=_USES_OPENMP, text=True, capture_output=True, check=False)
            if done.returncode == 0:
                return flags
    return ()


def _flags(path: str) -> tuple[str, ...]:
    single = ("-DSINGLE_PRECISION",) if single_precision() else ()
    try:
        return *_FLAGS, *_openmp(path), *single, *shlex.split(os.environ.get(FLAGS_VARIABLE, ""))
    except ValueError as error:
        raise CompilationError(f"{FLAGS_VARIABLE} is no list of flags: {error}") from error


def _processor() -> str:
    """Return what `_NATIVE` looks at."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() + platform.machine()
    keys = ("model name", "flags", "Features")
    return "\n".join(dict.fromkeys(line for line in lines if line.startswith(keys)))


def _complaint(output: str) -> str:
    """Return the line of a compiler's output that tells most: file, line and error."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    # collect2 only says that the linker failed, which has said why
    errors = (line for line in lines if "error" in line and not line.startswith("collect2"))
    return next(errors, lines[0] if lines else "no reason given")
