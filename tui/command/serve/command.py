"""Finds an address to serve at, serves, and ends what it began."""

import asyncio
import logging
import signal
import socket
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from errno import EADDRINUSE
from ipaddress import ip_address
from typing import Final

from aiohttp import web

from core.errors import InputError
from core.supervisor.child_command import child_command
from tui.command.serve.gate import Gate
from tui.command.serve.server import DashboardServer
from tui.command.serve.token import new_token, read_token
from tui.command.standard_streams import print_line

_NEAR_PORTS: Final = 100
_HIGHEST_PORT: Final = 65_535
_LOGGERS: Final = ("aiohttp", "textual-serve")
_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHUTDOWN_SECONDS: Final = 1.0  # for answers under way


def serve(options: Namespace, shown: Sequence[str]) -> int:
    """Serve until a signal says to end, then return the exit status.

    `options` are those of `serve_parser`, `shown` the arguments of `cifar-tui` that open each dashboard.

    Raises:
        InputError: the address is not this machine's, its port is taken, or the file holds no good token.
    """
    for name in _LOGGERS:  # what they tell may hold a request, and that the token
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    token = None if options.token_file is None else read_token(options.token_file)
    with _listen(options.host, options.port) as listening:
        address, port = listening.getsockname()[:2]
        shown_token = None if token is None else f"(the token in {options.token_file})"
        if token is None and not ip_address(address).is_loopback:
            shown_token = token = new_token()
        place = f"http://{_name(address)}:{port}/"
        print_line(place if shown_token is None else f"{place}?token={shown_token}")
        server = DashboardServer([*child_command("tui.cli"), *shown], Gate(token, port), options.tabs)
        asyncio.run(_run(server, listening))
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host`, a name or an address of this machine's."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family)
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno == EADDRINUSE:
            raise InputError(f"--port {port}: is taken; {_free_port(host, port)} is free") from None
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"--host {host} --port {port}: {why}") from None


def _free_port(host: str, taken: int) -> int:
    """Return the next port that is free, or any."""
    family, _, _, _, (address, *_) = socket.getaddrinfo(host, taken, type=socket.SOCK_STREAM)[0]
    for port in (*range(taken + 1, min(taken + _NEAR_PORTS, _HIGHEST_PORT) + 1), 0):
        with suppress(OSError), socket.create_server((str(address), port), family=family) as free:
            return int(free.getsockname()[1])
    raise InputError(f"--port {taken}: is taken, and no other is free")


def _name(address: str) -> str:
    """Return how a browser may call `address`; for all addresses of this machine, the machine's name."""
    if ip_address(address).is_unspecified:
        return socket.gethostname()
    return f"[{address}]" if ":" in address else address


async def _run(server: DashboardServer, listening: socket.socket) -> None:
    ended = asyncio.Event()
    for number in _ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        print_line("Ctrl-C ends this and its dashboards; what trains goes on")
        await ended.wait()
        await server.close()
    finally:
        await runner.cleanup()
