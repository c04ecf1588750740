"""A real pseudo-terminal with a program in it, for tests and benchmarks."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.patience import Patience, event_bytes

DASHBOARD = (sys.executable, "-P", "-m", "tui.cli")
_ESCAPES = re.compile(
    rb"\x1b\[[0-9;?<>=$ ]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"
_ALTERNATE_SCREEN_ENTERED = b"\x1b[?1049h"
_RESTORING = {
    ALTERNATE_SCREEN_LEFT: "the alternate screen is left on",
    b"\x1b[?25h": "the cursor is hidden",
    b"\x1b[?1000l": "the mouse is still reported",
}
_TAIL_BYTES = 100_000  # several whole screens: words are looked for in what came last


class Terminal:
    """Runs `command` in a pseudo-terminal of `columns` by `lines`; `seen` is all it has written so far.

    The terminal's answers are never sent: programs must do without them, as on a line that loses them.
    """

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        *,
        columns: int = 80,
        lines: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._cwd = cwd
        self._master, slave = pty.openpty()
        self.resize(columns, lines)
        self.settings = termios.tcgetattr(slave)
        self._slave = slave
        self.seen = b""
        base = {
            key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS", "LINES"}
        }
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=base | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | dict(environment or {}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - the child is single-threaded until it has executed
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.is_open:
            self.hang_up()

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, and tell the program."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        if hasattr(self, "process") and self.process.poll() is None:
            self.process.send_signal(signal.SIGWINCH)

    def send(self, keys: str) -> None:
        """Type `keys`."""
        os.write(self._master, keys.encode())

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        os.close(self._slave)
        os.close(self._master)
        self._slave = self._master = -1

    @property
    def is_open(self) -> bool:
        """Tell whether the terminal is still there."""
        return self._master >= 0

    def read(self, seconds: float) -> bytes:
        """Wait up to `seconds` for output; return what is there, empty where nothing came."""
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return b""
        try:
            new = os.read(self._master, 1 << 16)
        except OSError:  # Linux says EIO when the last writer is gone
            new = b""
        self.seen += new
        return new

    def wait_for(self, words: str) -> None:
        """Read until `words` were written after what had been seen before; fail where they never are."""
        patience = Patience(self.process.pid)
        fresh = b""
        while words.encode() not in _ESCAPES.sub(b"", fresh[-_TAIL_BYTES:]):
            ended = self.process.poll() is not None and not self._more()
            if ended or not patience.lasts(event_bytes(self._cwd)):
                raise AssertionError(f"{words!r} was not written: {_ESCAPES.sub(b'', self.seen)[-3000:]!r}")
            fresh += self.read(0.2)

    def _more(self) -> bool:
        return bool(select.select([self._master], [], [], 0)[0])

    def drain(self, seconds: float = 0.2) -> None:
        """Read until nothing came for `seconds`."""
        while self.read(seconds):
            pass

    def ended(self) -> int:
        """Read until the program has ended; return its exit status."""
        patience = Patience(self.process.pid)
        while self.process.poll() is None:
            assert patience.lasts(event_bytes(self._cwd)), "it has not ended"
            self.read(0.05)
        self.drain()
        return self.process.returncode

    @property
    def settings_now(self) -> list[object]:
        """The terminal's settings, as `stty -a` would tell them."""
        return termios.tcgetattr(self._slave)


def plain(seen: bytes) -> str:
    """Return what was written, without the sequences that move and colour."""
    return _ESCAPES.sub(b"", seen).decode(errors="replace")


def not_restored(terminal: Terminal) -> list[str]:
    """Say what a program that has ended left in its terminal; nothing where that is as it was."""
    drawn = terminal.seen.rpartition(_ALTERNATE_SCREEN_ENTERED)[2]
    wrong = [words for sequence, words in _RESTORING.items() if sequence not in drawn]
    return wrong + ["the settings are others"] * (terminal.settings_now != terminal.settings)


def _take_terminal() -> None:
    """Make standard input the new session's terminal, so that it gets a hang-up and Ctrl-C."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
