"""How long from a key to what it shows, through a pseudo-terminal, while a worker trains on every core.

``uv run python -m tests.bench keys`` on a quiet machine. Each key is answered by words that nothing else
draws at that moment.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

from core.runs.folder import SuiteFolder
from tests.terminal import DASHBOARD, Terminal

_KEYS = 203
_ESCAPE: Final = "\x1b"
# help over the plots and away again, three changes of the plots, another screen and back
_ROUND: Final = (
    ("?", "esc closes"),
    ("q", "batch norm"),
    ("y", "logarithmic"),
    ("+", "smoothed 0.9"),
    ("-", "smoothed 0.8"),
    ("4", "sorted by"),
    ("2", "batch norm"),
)
# Alone, an escape may be the beginning of another key's sequence: Textual waits 100 ms for the rest of it.
_ESCAPE_ROUND: Final = (("?", "esc closes"), (_ESCAPE, "batch norm"))
_ESCAPES: Final = 10


def measure() -> dict[str, object]:
    """Return milliseconds from key to screen, over all keys and by key."""
    command = [*DASHBOARD, "--demo", "--epochs", "400", "--norm", "batch"]
    with (
        TemporaryDirectory() as folder,
        Terminal(command, Path(folder), columns=120, lines=40) as terminal,
    ):
        terminal.wait_for("help")
        terminal.drain()
        terminal.send("\r")
        terminal.wait_for("Epoch :  1")
        took = list(_answers(terminal, _ROUND, _KEYS))
        escapes = [ms for key, ms in _answers(terminal, _ESCAPE_ROUND, 2 * _ESCAPES) if key == _ESCAPE]
        terminal.send("q")
        terminal.wait_for("stop now")
        terminal.send("n")
        terminal.ended()
        (suite,) = (Path(folder) / "runs").iterdir()
        while SuiteFolder(suite).alive():
            time.sleep(0.1)
    times = [milliseconds for _, milliseconds in took]
    by_key = {repr(key): round(median(ms for pressed, ms in took if pressed == key), 1) for key, _ in _ROUND}
    return {
        "keys": len(times),
        "median_ms": median(times),
        "p95_ms": quantiles(times, n=20)[-1],
        "max_ms": max(times),
        "median_ms_by_key": by_key,
        "escape_median_ms": median(escapes),
    }


def _answers(terminal: Terminal, keys: Sequence[tuple[str, str]], times: int) -> Iterator[tuple[str, float]]:
    """Press `keys` in turn, at every moment between two ticks; yield each with the milliseconds it took."""
    for number, (key, words) in zip(range(times), cycle(keys), strict=False):
        time.sleep(0.1 + 0.01 * (number % 26))
        terminal.drain(0.05)  # what the key before has drawn is not this one's answer
        began = time.perf_counter()
        terminal.send(key)
        terminal.wait_for(words)
        yield key, 1_000 * (time.perf_counter() - began)
        if key == "y":
            terminal.send("y")  # back to a linear axis, not measured
