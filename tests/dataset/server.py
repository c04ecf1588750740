"""A genuine HTTP server on 127.0.0.1 that answers well or badly, by the path asked for."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

_STATUSES = {"/absent": 404, "/busy": 503, "/closed-proxy": 407}
_MOVED = {"/moved": "/whole", "/circle": "/circle"}


@contextmanager
def serving(content: bytes, certificate: Path | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve `content` in many ways; yield the address, and what was asked for: "/whole", "/whole from 17".

    /whole knows ranges, /ranges-unknown does not, /length-unknown says nothing of either. /half gives half of
    what is left and /first-half always the same, then both hang up. /other has other bytes, /moved is at
    /whole, /circle at itself, /login a web page, and /stalled sends a hundred bytes and no more.
    `certificate`, a file with its key, makes the connections secure ones.
    """

    class Handler(_Handler):
        whole = content
        asked: ClassVar[list[str]] = []
        ends = threading.Event()

    with _Server(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        scheme = "http" if certificate is None else "https"
        try:
            yield f"{scheme}://127.0.0.1:{server.server_address[1]}", Handler.asked
        finally:
            Handler.ends.set()
            server.shutdown()
            thread.join()


@contextmanager
def nobody_listening() -> Iterator[str]:
    """Yield an address on 127.0.0.1 that refuses connections."""
    with socket.socket() as bound_but_deaf:
        bound_but_deaf.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound_but_deaf.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Stay silent: the client hangs up where a test wants it to."""


class _Handler(BaseHTTPRequestHandler):
    whole: ClassVar[bytes]
    asked: ClassVar[list[str]]
    ends: ClassVar[threading.Event]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path  # a proxy is asked for whole addresses
        begin = int(re.sub(r"\D", "", self.headers.get("Range", "0")))
        self.asked.append(f"{path} from {begin}" if begin else path)
        if path in _STATUSES:
            self.send_error(_STATUSES[path])
        elif path in _MOVED:
            self.send_response(302)
            self.send_header("Location", _MOVED[path])
            self.end_headers()
        elif path == "/login":
            self._send(b"<html>who are you?</html>", kind="text/html; charset=utf-8")
        else:
            self._send_file(path, begin)

    def do_CONNECT(self) -> None:
        self.send_error(407)

    def _send_file(self, path: str, begin: int) -> None:
        half = len(self.whole) // 2
        match path:
            case "/other":
                self._send_from(begin, self.whole[::-1])
            case "/ranges-unknown":
                self._send(self.whole)
            case "/first-half":
                self._send(self.whole, stops=half)
            case "/length-unknown":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(self.whole)
            case "/stalled":
                self._send(self.whole, stops=100)
                self.ends.wait()
            case "/half":
                self._send_from(begin, self.whole, stops=(len(self.whole) - begin + 1) // 2)
            case _:
                self._send_from(begin, self.whole)

    def _send_from(self, begin: int, whole: bytes, stops: int | None = None) -> None:
        if begin < len(whole):
            self._send(whole[begin:], begin=begin, stops=stops)
            return
        self.send_response(416)
        self.send_header("Content-Range", f"bytes */{len(whole)}")
        self.end_headers()

    def _send(
        self, body: bytes, kind: str = "application/gzip", begin: int = 0, stops: int | None = None
    ) -> None:
        self.send_response(206 if begin else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if begin:
            end = begin + len(body)
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{end}")
        self.end_headers()
        self.wfile.write(body[:stops])

    def log_message(self, *_: object) -> None:
        """Stay silent."""
