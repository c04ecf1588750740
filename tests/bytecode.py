"""Where tests and benchmarks have Python keep what it compiles, on a machine that is told to keep nothing."""

import os
import sys
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[1] / ".pytest_cache" / "bytecode"


def keep_bytecode(folder: Path = _FOLDER) -> None:
    """Have this process and its children keep bytecode below `folder` where they would keep none.

    Images of containers set PYTHONDONTWRITEBYTECODE. A hundred tests start a process that imports torch, and
    without bytecode each would compile its two thousand files first: twice the time of the import. Who waits
    for a start elsewhere has bytecode since the first, and a benchmark is to measure what they wait for.
    """
    if not sys.dont_write_bytecode:
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
    sys.dont_write_bytecode = False
