"""Type at random into dashboards that train, resize them, and see whether any breaks.

``uv run python -m tests.faults keys --seeds 10 --seconds 120 --save``. A dashboard that a key has ended is
started again until its time is over. None may write a traceback, or a fault of one of its parts; each
must end with the status of what ended it, and leave the terminal as it was.
"""

import argparse
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.faults.exits import end_workers
from tests.faults.progress import say
from tests.terminal import DASHBOARD, Terminal, not_restored, plain
from tui.app.sturdy_app import BROKE

_KEYS: Final = (
    *"1234?qpabefglskthowrcdmunvxyz0.,;=/+-: ",
    *("\r", "\t", "\x1b[Z", "\x1b", "\x7f", "\x10", "\x14", "\x15", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"),
    *("\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[2~", "\x1b[3~", "\x1bOP", "ä", "字", "\U0001f642"),
)
_MOST_LETTERS: Final = 20_000  # of a traceback, whose last line says most
_SUITE: Final = ("--demo", "--epochs", "40", "--limit-train", "640", "--limit-test", "100", "--parallel", "3")
_MOUSE_BUTTONS: Final = (0, 2, 35, 64, 65)  # left, right, a move, the wheel up and down: SGR 1006


@dataclass
class _Found:
    """What was done to the dashboards of one seed, and what was wrong."""

    keys: int = 0
    resizes: int = 0
    dashboards: int = 0
    wrong: list[str] = field(default_factory=list)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many, how long, and how many side by side."""
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120.0, help="for each seed")
    parser.add_argument("--at-once", type=int, default=2, help="how many are tried side by side")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return how much was typed, and everything that was not as it should be."""
    with ThreadPoolExecutor(options.at_once) as pool:
        found = list(pool.map(lambda seed: typed_at_random(seed, options.seconds), range(options.seeds)))
    return {
        "seeds": options.seeds,
        "seconds_each": options.seconds,
        "keys_and_clicks": sum(one.keys for one in found),
        "resizes": sum(one.resizes for one in found),
        "dashboards": sum(one.dashboards for one in found),
        "wrong": [words for one in found for words in one.wrong],
    }


def typed_at_random(seed: int, seconds: float) -> _Found:
    """Type and click for `seconds` in dashboards of a folder of their own."""
    random, found, end = Random(seed), _Found(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        try:
            while time.monotonic() < end:
                found.dashboards += 1
                for words in _one_dashboard(random, Path(folder), end, found):
                    found.wrong.append(f"seed {seed}, dashboard {found.dashboards}: {words}")
        finally:
            end_workers(Path(folder))
    say(f"seed {seed}: {found.keys} keys, {found.dashboards} dashboards, wrong: {found.wrong or 'nothing'}")
    return found


def _one_dashboard(random: Random, folder: Path, end: float, found: _Found) -> list[str]:
    """Type into one dashboard until it ends or it is time; return what was wrong."""
    with Terminal([*DASHBOARD, *_SUITE], folder, columns=100, lines=30) as terminal:
        terminal.wait_for("quit")
        terminal.send("\r")
        while terminal.process.poll() is None and time.monotonic() < end:
            _disturb(terminal, random, found)
            terminal.read(random.choice((0.0, 0.02, 0.2)))
        ended_by_key = terminal.process.poll() is not None
        if not ended_by_key:
            terminal.process.send_signal(signal.SIGTERM)
        status = terminal.ended()
        # the signal's own status is that of one which had let go of the terminal, and of its signals, already
        allowed = {0} if ended_by_key else {0, 128 + signal.SIGTERM, -signal.SIGTERM}
        wrong = [] if status in allowed else [f"status {status}"]
        for words in ("Traceback", BROKE):
            _, found_words, rest = plain(terminal.seen).partition(words)
            if found_words:
                wrong.append(words + rest[:_MOST_LETTERS])
        return wrong + not_restored(terminal)


def _disturb(terminal: Terminal, random: Random, found: _Found) -> None:
    kind = random.random()
    if kind < 0.03:
        found.resizes += 1
        terminal.resize(random.randint(20, 220), random.randint(5, 70))
        return
    found.keys += 1
    try:
        if kind < 0.15:
            button, x, y = random.choice(_MOUSE_BUTTONS), random.randint(1, 120), random.randint(1, 40)
            terminal.send(f"\x1b[<{button};{x};{y}M" + (f"\x1b[<{button};{x};{y}m" if button < 3 else ""))
        else:
            terminal.send(random.choice(_KEYS))
    except OSError:  # it has just ended
        return
