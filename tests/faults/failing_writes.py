"""Lets calls that change files fail, in whole trees of processes: by a library loaded before C's own."""

import mmap
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_name("failing_writes.c")
_NUMBERS: Final = struct.Struct("qqqqq")
_WHAT_BYTES: Final = 216
_NEVER: Final = 2**62


class FailingWrites:
    """What fails below `folder`: of the calls that change a file there, counted from 0 over all processes.

    `place` is a folder elsewhere, for the library and what it shares with this process. Linux alone has it.

    Raises:
        RuntimeError: there is no C compiler.
    """

    def __init__(self, folder: Path, place: Path) -> None:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise RuntimeError("there is no C compiler")
        library, plan = place / "failing_writes.so", place / "plan"
        command = (compiler, "-O1", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl")
        subprocess.run(command, check=True)
        plan.write_bytes(bytes(_NUMBERS.size + _WHAT_BYTES))
        with plan.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)
        self.environment = os.environ | {
            "LD_PRELOAD": str(library),
            "FAILING_FOLDER": f"{folder.resolve()}/",
            "FAILING_PLAN": str(plan),
        }

    def plan(self, first: int, error: int, *, lasting: bool) -> None:
        """Count from 0 again; let call number `first` fail with `error`, and if `lasting` all after it."""
        end = _NEVER if lasting else first + 1
        self._shared[:] = _NUMBERS.pack(0, first, end, error, 0) + bytes(_WHAT_BYTES)

    def free(self) -> None:
        """Let nothing fail any more."""
        self._shared[16:24] = struct.pack("q", 0)

    @property
    def calls(self) -> int:
        """How many there were."""
        return int(_NUMBERS.unpack_from(self._shared)[0])

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return int(_NUMBERS.unpack_from(self._shared)[4])

    @property
    def what(self) -> str:
        """The first that failed: the call, and the file from the folder on."""
        return self._shared[_NUMBERS.size :].rstrip(b"\0").decode(errors="replace")
