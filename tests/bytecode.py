"""Where tests' processes keep what Python compiles, on a machine that is told to keep nothing."""

import os
import sys
from pathlib import Path


def keep_bytecode(folder: Path) -> None:
    """Have this process and its children keep bytecode below `folder` where they would keep none.

    Images of containers set PYTHONDONTWRITEBYTECODE. A hundred tests start a process that imports torch, and
    without bytecode each would compile its two thousand files first: twice the time of the import.
    """
    if not sys.dont_write_bytecode:
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
    sys.dont_write_bytecode = False
