"""How long from a key to what it shows, through a pseudo-terminal, while a worker trains on every core.

``uv run python -m tests.bench keys`` on a quiet machine.
"""

import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.terminal import DASHBOARD, Terminal

_ROUNDS = 100
_ESCAPE = "\x1b"


def measure() -> dict[str, object]:
    """Return milliseconds from key to screen: help opened and closed, 200 keys in all."""
    with (
        TemporaryDirectory() as folder,
        Terminal(
            [*DASHBOARD, "--demo", "--epochs", "400", "--norm", "batch"], Path(folder), columns=120, lines=40
        ) as terminal,
    ):
        terminal.wait_for("quit")
        terminal.drain()
        terminal.send("\r")
        terminal.wait_for("batches/s")
        terminal.drain(0.1)
        took = []
        for number in range(_ROUNDS):
            time.sleep(0.05 + 0.01 * (number % 25))  # at every moment between two ticks
            took.append(_answer(terminal, "?", "esc closes"))
            time.sleep(0.05 + 0.01 * (number % 25))
            took.append(_answer(terminal, _ESCAPE, "batch norm"))
        terminal.send("q")
        terminal.wait_for("stop now")
        terminal.send("n")
        terminal.ended()
    return {
        "keys": len(took),
        "median_ms": median(took),
        "p95_ms": quantiles(took, n=20)[-1],
        "max_ms": max(took),
    }


def _answer(terminal: Terminal, key: str, words: str) -> float:
    """Return milliseconds until `key` has shown `words`."""
    terminal.drain(0.0)
    began = time.perf_counter()
    terminal.send(key)
    terminal.wait_for(words)
    return 1_000 * (time.perf_counter() - began)
