"""Runs the real `cifar-tui serve` on a port of its own, and asks it as a browser would."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import psutil

from tests.command.programs import COMMAND
from tests.patience import wait_for
from tests.runs.made_suites import begun, made_suite, write
from tests.terminal import plain

_PATIENCE_SECONDS = 120.0


class Served:
    """A server; `address` is the one it printed, without a token, and `token` the one in there."""

    def __init__(self, process: subprocess.Popen[bytes], told: Path) -> None:
        self.process = process
        self._told = told
        wait_for(lambda: "Ctrl-C ends" in self.told or process.poll() is not None)
        assert process.poll() is None, self.told
        (place,) = (urlsplit(line) for line in self.told.splitlines() if line.startswith("http://"))
        self.address = f"http://127.0.0.1:{place.port}"
        self.port = place.port
        self.token = "".join(parse_qs(place.query).get("token", []))

    @property
    def told(self) -> str:
        """All that it wrote to standard output and error."""
        return self._told.read_text()

    @property
    def dashboards(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal, and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait()


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Served]:
    """Run `cifar-tui serve` in `folder`, on any free port."""
    told = folder / "told.txt"
    with told.open("wb") as stream:
        command = [*COMMAND, "serve", "--port", "0", *arguments]
        # pytest tells every child the name of a test, which may hold a token
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        yield Served(process, told)
    finally:
        started = []
        if process.poll() is None:
            started = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGINT)
        process.wait()
        for worker in started:  # which go on, where a test has failed
            with suppress(psutil.NoSuchProcess):
                worker.kill()


def with_suite(folder: Path) -> None:
    """Leave a suite to attach to in `folder`: a dashboard of one starts no worker ahead."""
    write(made_suite(folder / "runs"), "batch", begun("batch"))


@asynccontextmanager
async def tab(served: Served, place: str = "/ws") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a websocket as a page of the server's own does."""
    async with (
        aiohttp.ClientSession(served.address, headers={"Origin": served.address}) as session,
        session.ws_connect(place) as socket,
    ):
        yield socket


async def drawn(socket: aiohttp.ClientWebSocketResponse, words: str) -> bytes:
    """Read until the dashboard has drawn `words`; return all that it drew meanwhile."""
    seen = b""
    while words not in plain(seen):
        message = await socket.receive(timeout=_PATIENCE_SECONDS)
        assert message.type is aiohttp.WSMsgType.BINARY, (message, plain(seen))
        seen += message.data
    return seen


async def closed(socket: aiohttp.ClientWebSocketResponse) -> tuple[int, str]:
    """Read until the server closes the websocket; return the code and the reason it gives."""
    while (message := await socket.receive(timeout=_PATIENCE_SECONDS)).type is aiohttp.WSMsgType.BINARY:
        pass
    return message.data or 0, message.extra or ""


async def gone(processes: list[psutil.Process]) -> None:
    """Wait until `processes` have ended."""
    await asyncio.to_thread(wait_for, lambda: not any(map(_is_there, processes)))


def _is_there(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
