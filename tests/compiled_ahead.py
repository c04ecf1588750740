"""The C++ layers, compiled once for all processes of a whole test run, while those collect its tests."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Final

from filelock import FileLock

_COMPILE: Final = "from core.training.native.library import is_available; is_available()"


def compile_ahead(cache: Path) -> None:
    """Begin to compile the layers into the cache folder `cache`, beside what this process does.

    Whoever first needs them would compile them otherwise, and those who need them meanwhile do so as well:
    three or four times the work, on cores that have none to spare.
    """
    lock = _lock(cache)
    lock.acquire()

    def compiled() -> None:
        environment = os.environ | {"CIFAR_TUI_CACHE": str(cache)}
        try:
            subprocess.run([sys.executable, "-P", "-c", _COMPILE], env=environment, check=False)
        finally:
            lock.release()

    Thread(target=compiled).start()


def wait_until_compiled(cache: Path) -> None:
    """Wait where `compile_ahead` is under way; whether it succeeded, tests of the layers will tell."""
    with _lock(cache):
        pass


def _lock(cache: Path) -> FileLock:
    return FileLock(cache.with_name("compiling.lock"), thread_local=False)
