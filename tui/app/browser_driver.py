"""Textual's driver for a page in a browser, to which `cifar-tui serve` hands on what is drawn."""

import asyncio
import os
import signal
from typing import Any

from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """Draws on a page; where its server is gone, this process hangs up on itself, as without a terminal."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(*arguments, **options)
        self._open = True
        self._write: Any = self._write_all  # Textual's own ends the application with the first error

    def run_input_thread(self) -> None:
        """Read keys until the end, or until there is no server: without one, nobody ever ends this."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._hang_up()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Take a size by the way that Textual's first one takes: by another, it might overtake that."""
        if packet_type == "resize":
            asyncio.run_coroutine_threadsafe(self._resize(payload), self._loop)
        else:
            super().on_meta(packet_type, payload)

    async def _resize(self, payload: dict[str, object]) -> None:
        super().on_meta("resize", payload)

    def _write_all(self, packet: bytes) -> None:
        while packet and self._open:
            try:
                packet = packet[os.write(self.fileno, packet) :]
            except OSError:
                self._open = False
                self._hang_up()

    @staticmethod
    def _hang_up() -> None:
        os.kill(os.getpid(), signal.SIGHUP)
