"""Textual's driver for a terminal that may go away while it is drawn on."""

import os
import signal
import sys
import termios
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TextIO

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from collections.abc import Callable

_RESTORING: Final = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"  # no mouse
    b"\x1b[?2004l\x1b[?7h\x1b[<u"  # no bracketed paste, wrapped lines, the keyboard's usual codes
    b"\x1b[?1049l\x1b[?25h\x1b[?1004l"  # the main screen, a cursor, no focus events
)
_RESTORING_SECONDS: Final = 0.5


class _Output:
    """What Textual draws on: after the first error it takes everything and keeps nothing.

    Textual's own thread would end with that error, its queue fill up, and the whole application wait for
    ever to put one more line into it (Textualize/textual#6692).
    """

    def __init__(self, stream: TextIO, lost: "Callable[[], None]") -> None:
        self._stream = stream
        self._lost = lost
        self._open = True

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> None:
        self._try(lambda: self._stream.write(text))

    def flush(self) -> None:
        self._try(self._stream.flush)

    def _try(self, action: "Callable[[], object]") -> None:
        if self._open:
            try:
                action()
            except OSError:
                self._open = False
                self._lost()


class TerminalDriver(LinuxDriver):
    """Draws on the terminal; where that is gone, this process hangs up on itself."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(*arguments, **options)
        self._file: Any = _Output(self._file, self._hang_up)

    def check_terminal(self) -> None:
        """Hang up where the terminal is gone: reading tells no more than that nothing was typed."""
        if self.input_tty:
            try:
                termios.tcgetattr(self.fileno)
            except termios.error:
                self._hang_up()

    def run_input_thread(self) -> None:
        """Read keys until the end, or until there is no terminal."""
        try:
            super().run_input_thread()
        except OSError:
            self._hang_up()

    def restore_at_last(self) -> None:
        """Give the terminal back as it was, as far as it takes that within a moment."""
        restoring = Thread(target=self._restore, daemon=True)
        restoring.start()
        restoring.join(_RESTORING_SECONDS)

    def _restore(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})  # else in the background it would stop us
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        if sys.__stderr__ is not None:
            with suppress(OSError):
                os.write(sys.__stderr__.fileno(), _RESTORING)

    @staticmethod
    def _hang_up() -> None:
        os.kill(os.getpid(), signal.SIGHUP)
