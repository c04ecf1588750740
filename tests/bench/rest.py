"""What the dashboard takes after a suite has ended: processor time at rest.

``uv run python -m tests.bench rest`` on a quiet machine.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.terminal import DASHBOARD, Terminal

_SECONDS = 30.0


def measure() -> dict[str, object]:
    """Return the share of one core that an open dashboard takes once nothing trains any more."""
    with (
        TemporaryDirectory() as folder,
        Terminal([*DASHBOARD, "--demo", "--epochs", "2"], Path(folder), columns=120, lines=40) as terminal,
    ):
        terminal.wait_for("quit")
        terminal.drain()
        terminal.send("\r")
        terminal.wait_for("Generalization")
        terminal.drain(1.0)
        process = psutil.Process(terminal.process.pid)
        before, began = process.cpu_times(), time.monotonic()
        while time.monotonic() - began < _SECONDS:
            terminal.read(0.5)
        after = process.cpu_times()
        spent = after.user + after.system - before.user - before.system
        share = spent / (time.monotonic() - began)
        terminal.send("q")
        terminal.ended()
    return {"seconds": _SECONDS, "share_of_one_core": share}
