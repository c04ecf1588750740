"""How long from Enter after `cifar-tui --demo`, and Enter on its first screen, to three moving curves.

``uv run python -m tests.bench curves`` on a quiet machine, with tmux. Three curves are there when the plots
name all three networks, and move when what is drawn then has changed.
"""

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from tests.patience import wait_for
from tests.tmux import Tmux

_TIMES: Final = 5
_COMMAND: Final = (str(Path(sys.executable).with_name("cifar-tui")), "--demo")
_NETWORKS: Final = ("batch", "layer", "group")
_LAST_ON_SCREEN: Final = "help"


def measure() -> dict[str, object]:
    """Return the seconds from the command, and of them those from Enter on Start: each, and the median."""
    with TemporaryDirectory() as folder:
        _curves(Path(folder))  # once unmeasured: the disk is to be warm
    taken = []
    for _ in range(_TIMES):
        with TemporaryDirectory() as folder:
            taken.append(_curves(Path(folder)))
    return {
        "seconds_from_the_command": {"median": median(a for a, _ in taken), "all": [a for a, _ in taken]},
        "seconds_from_enter": {"median": median(b for _, b in taken), "all": [b for _, b in taken]},
    }


def _curves(folder: Path) -> tuple[float, float]:
    with Tmux(folder, columns=120, lines=40) as tmux:
        began = time.perf_counter()
        tmux.run(_COMMAND)
        wait_for(lambda: _LAST_ON_SCREEN in tmux.screen)
        entered = time.perf_counter()
        tmux.keys("Enter")
        wait_for(lambda: all(name in _legend(tmux.screen) for name in _NETWORKS))
        drawn = _plots(tmux.screen)
        wait_for(lambda: _plots(tmux.screen) not in {"", drawn})
        moved = time.perf_counter()
        tmux.type("s")
        tmux.keys("Enter")
        tmux.type("q")
        tmux.keys("Enter")
        tmux.wait_for_prompt()
    return round(moved - began, 2), round(moved - entered, 2)


def _legend(screen: str) -> str:
    return next((line for line in screen.splitlines() if "─ loss" in line and "accuracy" in line), "")


def _plots(screen: str) -> str:
    """Return the lines from the plots' upper border to their lower one."""
    lines = screen.splitlines()
    first = next((at for at, line in enumerate(lines) if line == _legend(screen)), len(lines))
    last = next((at for at, line in enumerate(lines) if at > first and line.startswith("╰")), first)
    return "\n".join(lines[first:last])
