"""Runs the tests of the C++ layers with every access and every operation in them checked.

    uv run python -m tests.training.native.sanitized [arguments of pytest]

The layers are compiled with g++'s sanitizers of addresses and of undefined behaviour, into a cache of their
own. What these find ends the process it is found in; the report comes last, with the lines of the sources.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.training.native.compiler import FLAGS_VARIABLE

_FLAGS: Final = "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1"
# Python is linked with neither; the first must come before all else, and looks for the second at once
_PRELOADED: Final = ("libasan.so", "libstdc++.so")
# what each must find in `augmentation.cpp`: an image that is not there, and numbers that lie askew
_MISTAKES: Final = {
    "heap-buffer-overflow": "call(1, 0)",
    "misaligned address": "call(0, 1)",
}
_CALL: Final = """
from ctypes import addressof, c_float, c_int64, c_ubyte, c_void_p
from core.training.native.library import native_library
def call(image, askew):
    images, index, zeros = (c_ubyte * 3072)(), (c_int64 * 1)(image), (c_int64 * 2)()
    numbers, out = (c_float * 3)(1, 1, 1), (c_float * 3072)()
    places = [addressof(memory) for memory in (images, index, zeros, zeros, zeros, numbers, numbers, out)]
    places[2] += askew
    native_library().functions.augment(*map(c_void_p, places), 1, 32, 1)
"""
_PYTEST: Final = ("-n", "0", "--timeout", "0", "--capture", "sys")
_FRAME: Final = re.compile(r"\(/proc/self/fd/\d+/(layers-[^+)]+)\+(0x[0-9a-f]+)\)")


def main(arguments: list[str]) -> int:
    """Return 0 where all tests pass and nothing is found but two mistakes made on purpose."""
    compiler = shutil.which("g++")
    if compiler is None:
        print("the sanitizers are g++'s: install g++", file=sys.stderr)
        return 1
    with TemporaryDirectory(prefix="cifar-tui-sanitized-") as folder:
        sanitized = _Sanitized(Path(folder), compiler)
        for kind, mistake in _MISTAKES.items():
            _, found = sanitized.run("-c", _CALL + mistake)
            if kind not in found or "augmentation.cpp" not in found:
                print(f"the sanitizers do not find a {kind} made on purpose: {found}", file=sys.stderr)
                return 1
        # what ends a process must not be in pytest's hands
        code, found = sanitized.run("-m", "pytest", *_PYTEST, "tests/training/native", *arguments)
        print(found, end="", file=sys.stderr)
        return code


class _Sanitized:
    """Runs Python programs with sanitized layers; keeps all it needs in `folder`."""

    def __init__(self, folder: Path, compiler: str) -> None:
        self._cache = folder / "cache"
        wrapped = folder / "bin" / "g++"
        wrapped.parent.mkdir()
        # the compiler itself is not to be watched: it takes three times as long
        wrapped.write_text(f'#!/bin/sh\nunset LD_PRELOAD\nexec {compiler} "$@"\n')
        wrapped.chmod(0o755)
        self._environment = os.environ | {
            "ASAN_OPTIONS": "detect_leaks=0",  # Python frees little at its end
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "CIFAR_TUI_CACHE": str(self._cache),
            FLAGS_VARIABLE: _FLAGS,
            "LD_PRELOAD": ":".join(_runtime(compiler, name) for name in _PRELOADED),
            "PATH": f"{wrapped.parent}{os.pathsep}{os.environ['PATH']}",
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        """Return the exit code of Python with `arguments`, and what it wrote to the standard error."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, env=self._environment, stderr=subprocess.PIPE, text=True, errors="replace", check=False
        )
        return done.returncode, _FRAME.sub(self._line, done.stderr)

    def _line(self, frame: re.Match[str]) -> str:
        """Return function, file and line of a frame, whose library has lost that name since it was loaded."""
        for library in self._cache.rglob(frame[1]):
            command = ["addr2line", "-Cfipe", str(library), frame[2]]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        return frame[0]


def _runtime(compiler: str, name: str) -> str:
    """Return where the compiler keeps one of its libraries."""
    command = [compiler, f"-print-file-name={name}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
