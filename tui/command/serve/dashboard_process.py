"""A dashboard's process, which draws on the page of one tab."""

import asyncio
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui.command.launch import IN_BROWSER

_PATIENCE_SECONDS: Final = 8.0  # a dashboard ends itself after five, whatever it waits for
_LAST_WORDS_SECONDS: Final = 1.0
_NOT_STARTED: Final = b"The dashboard did not start; the terminal of cifar-tui serve says why."


class DashboardProcess(AppService):
    """Runs `command`, and hands on between it and a page by `websocket`."""

    def __init__(self, command: Sequence[str], websocket: web.WebSocketResponse) -> None:
        super().__init__(
            "",  # a shell's; ours is a list
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=self._close,
            download_manager=DownloadManager(),  # a dashboard writes its files itself
        )
        self._arguments = command
        self._websocket = websocket
        self._has_drawn = False

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = self._build_environment(width, height) | IN_BROWSER
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the server, which then ends its dashboards
        )
        self._stdin = self._process.stdin
        return self._process

    async def on_data(self, payload: bytes) -> None:
        """Hand on what is drawn."""
        self._has_drawn = True
        await super().on_data(payload)

    async def run(self) -> None:
        """Hand on what the process writes until it ends, however it does, or the page is gone."""
        try:
            await super().run()
        finally:
            await self._close()

    async def stop(self) -> None:
        """End the process as by a terminal that is closed: what trains goes on."""
        if (process := self._process) is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGHUP)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        with suppress(TimeoutError):  # a browser that takes nothing may hold its last words up
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await super().stop()

    async def _close(self) -> None:
        await self._websocket.close(message=b"" if self._has_drawn else _NOT_STARTED)
