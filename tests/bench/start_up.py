"""How long from Enter after `cifar-tui` to the first whole frame, in a real pseudo-terminal.

And how long `--help` and `--version` take. ``uv run python -m tests.bench start-up`` on a quiet machine.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.terminal import Terminal

_TIMES = 10
_COMMAND = str(Path(sys.executable).with_name("cifar-tui"))
_LAST_ON_SCREEN = "help"  # the key bar's last word: everything above it is drawn


def measure() -> dict[str, object]:
    """Return seconds to the first frame and to the end of the short answers, every time and the median."""
    with TemporaryDirectory() as folder:
        _first_frame(Path(folder))  # once unmeasured: the disk is to be warm
        frames = [_first_frame(Path(folder)) for _ in range(_TIMES)]
    helps = [_answer("--help") for _ in range(_TIMES)]
    versions = [_answer("--version") for _ in range(_TIMES)]
    return {
        "first_frame_seconds": {"median": median(frames), "all": frames},
        "help_seconds": {"median": median(helps), "all": helps},
        "version_seconds": {"median": median(versions), "all": versions},
    }


def _first_frame(folder: Path) -> float:
    began = time.perf_counter()
    with Terminal([_COMMAND, "--demo"], folder) as terminal:
        terminal.wait_for(_LAST_ON_SCREEN)
        took = time.perf_counter() - began
        terminal.drain()
        terminal.send("q")
        terminal.ended()
    return took


def _answer(flag: str) -> float:
    began = time.perf_counter()
    subprocess.run([_COMMAND, flag], capture_output=True, check=True)
    return time.perf_counter() - began
