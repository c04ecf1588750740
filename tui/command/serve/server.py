"""The server: a page, its files, and a dashboard for every tab."""

import asyncio
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from tui.command.serve.dashboard_process import DashboardProcess
from tui.command.serve.gate import Gate, add_headers, check_websocket

_PAGE: Final = Path(str(files(__package__))) / "page"
_TERMINAL: Final = Path(str(files("textual_serve"))) / "static"
_HEARTBEAT_SECONDS: Final = 15.0  # so much later a browser that is gone without a word is known to be
_GOODBYE_SECONDS: Final = 2.0  # for a browser to answer that the server closes
_WAIT_SECONDS: Final = 3.0  # for a tab that is loaded anew: its dashboard before has yet to end
_LARGEST_SIZE: Final = 1000  # columns or lines of a page
_DIGITS: Final = 6  # enough for any
_ENDED: Final = b"cifar-tui serve has ended. A suite that was training goes on."


class DashboardServer:
    """Answers browsers that `gate` lets in; up to `tabs` dashboards at once, each by `command`."""

    def __init__(self, command: Sequence[str], gate: Gate, tabs: int) -> None:
        self._command = command
        self._gate = gate
        self._tabs = tabs
        self._free = asyncio.Semaphore(tabs)
        self._open: dict[DashboardProcess, web.WebSocketResponse] = {}

    def application(self) -> web.Application:
        """Return what aiohttp is to run."""
        application = web.Application(middlewares=[self._gate.check])
        application.on_response_prepare.append(add_headers)
        application.router.add_get("/", self._page)
        application.router.add_get("/ws", self._websocket)
        application.router.add_static("/page", _PAGE)
        application.router.add_static("/terminal", _TERMINAL)
        return application

    async def close(self) -> None:
        """End all dashboards; what trains goes on."""
        closing = [
            websocket.close(code=WSCloseCode.GOING_AWAY, message=_ENDED) for websocket in self._open.values()
        ]
        await asyncio.gather(*(process.stop() for process in self._open), *closing)

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        check_websocket(request)
        websocket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, timeout=_GOODBYE_SECONDS)
        await websocket.prepare(request)
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            words = f"As many dashboards are open as may be (--tabs {self._tabs}). Close one of them first."
            await websocket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=words.encode())
            return websocket
        try:
            await self._serve(websocket, _size(request, "width", 80), _size(request, "height", 24))
        finally:
            self._free.release()
        return websocket

    async def _serve(self, websocket: web.WebSocketResponse, width: int, height: int) -> None:
        process = DashboardProcess(self._command, websocket)
        self._open[process] = websocket
        try:
            await process.start(width, height)
            async for message in websocket:
                if message.type is not WSMsgType.TEXT or not await _hand_on(message.data, process, websocket):
                    break
        finally:
            await process.stop()
            del self._open[process]


async def _hand_on(text: str, process: DashboardProcess, websocket: web.WebSocketResponse) -> bool:
    """Hand on what the page says; False where that is nothing a page of ours would say."""
    try:
        match json.loads(text):
            case ["stdin", str(keys)]:
                await process.send_bytes(keys.encode())
            case ["resize", {"width": int(width), "height": int(height)}]:
                await process.set_terminal_size(_in_bounds(width), _in_bounds(height))
            case ["ping", str(when)]:
                await websocket.send_json(["pong", when])
            case ["focus"]:
                await process.focus()
            case ["blur"]:
                await process.blur()
            case _:
                return False
    except (ValueError, RecursionError):
        return False
    return True


def _size(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return _in_bounds(int(text)) if text.isdecimal() and len(text) < _DIGITS else default


def _in_bounds(size: int) -> int:
    return min(max(size, 1), _LARGEST_SIZE)
