"""A Chromium without a window, steered by its DevTools protocol."""

import asyncio
import base64
import json
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.patience import PAUSE_SECONDS, Patience, event_bytes
from tests.terminal import plain

CHROMIUM: Final = shutil.which("chromium") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
_KEYS: Final = {"\r": ("Enter", 13)}


class Page:
    """A tab; `seen` is all that its websockets have brought, `console` what its scripts complained of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, folder: Path) -> None:
        self.seen = b""
        self._waited_for = 0  # characters of what was drawn
        self.console: list[str] = []
        self.addresses: list[str] = []
        self._socket = socket
        self._folder = folder
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        self._listening.cancel()
        await self._socket.close()

    async def ask(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401 - whatever the protocol has
        """Call `method` of the protocol; return its result."""
        number = len(self._answers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        return await self._answers[number]

    async def open(self, address: str) -> None:
        await self.ask("Page.navigate", url=address)

    async def evaluate(self, script: str) -> Any:  # noqa: ANN401 - as above
        """Return what `script` comes to in the page."""
        answer = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def type(self, text: str) -> None:
        """Press a key for each character of `text`, as a keyboard would."""
        for character in text:
            name, code = _KEYS.get(character, (character, ord(character.upper())))
            key = {"key": name, "windowsVirtualKeyCode": code}
            await self.ask("Input.dispatchKeyEvent", type="keyDown", text=character, **key)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", **key)

    async def resize(self, width: int, height: int) -> None:
        """Give the page another size, in pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.ask("Emulation.setDeviceMetricsOverride", **size)

    async def picture(self) -> bytes:
        """Return what the tab looks like, as PNG."""
        answer = await self.ask("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    async def wait_for(self, words: str) -> None:
        """Wait until `words` were drawn after those of the last call; fail where they never are.

        Both may come at once: what follows the ones is looked through for the others.
        """
        patience = Patience()
        while (place := plain(self.seen).find(words, self._waited_for)) < 0:
            drawn = plain(self.seen)[self._waited_for :][-3000:]
            assert patience.lasts(event_bytes(self._folder)), f"{words!r} was not drawn: {drawn}"
            await asyncio.sleep(PAUSE_SECONDS)
        self._waited_for = place + len(words)

    async def wait_until(self, script: str) -> None:
        """Wait until `script` comes to true in the page."""
        patience = Patience()
        while not await self.evaluate(script):
            assert patience.lasts(), f"it never came to {script}"
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            match told:
                case {"id": int(number), "error": error}:
                    self._answers[number].set_exception(RuntimeError(str(error)))
                case {"id": int(number)}:
                    self._answers[number].set_result(told["result"])
                case {"method": "Network.webSocketFrameReceived", "params": {"response": frame}}:
                    if frame["opcode"] == 2:  # binary
                        self.seen += base64.b64decode(frame["payloadData"])
                case {"method": "Network.requestWillBeSent", "params": {"request": {"url": str(address)}}}:
                    self.addresses.append(address)
                case {"method": "Network.webSocketCreated", "params": {"url": str(address)}}:
                    self.addresses.append(address)
                case {"method": "Log.entryAdded", "params": {"entry": entry}}:
                    self.console.append(f"{entry['level']}: {entry['text']}")
                case {"method": "Runtime.exceptionThrown", "params": {"exceptionDetails": details}}:
                    self.console.append(str(details))


@asynccontextmanager
async def chromium(folder: Path, *, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
    """Start a browser with a new profile in `folder`, whose `runs` are watched; give its only tab."""
    profile = folder / "profile"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    flags = ("--headless=new", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu", *root)
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *flags,
        f"--user-data-dir={profile}",
        f"--window-size={width},{height}",
        "about:blank",
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        told = profile / "DevToolsActivePort"
        patience = Patience(process.pid)
        while not told.exists() or told.read_text().count("\n") < 1:
            assert patience.lasts(), "Chromium tells no port"
            await asyncio.sleep(PAUSE_SECONDS)
        port = told.read_text().splitlines()[0]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/json/list") as answer:
                (target,) = (tab for tab in await answer.json() if tab["type"] == "page")
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket, folder)
                for domain in ("Network", "Page", "Log", "Runtime"):
                    await page.ask(f"{domain}.enable")
                await page.resize(width, height)
                yield page
                await page.close()
    finally:
        process.terminate()
        await process.wait()
