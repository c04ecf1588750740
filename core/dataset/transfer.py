"""One transfer over HTTP: what is missing of a file is appended to the part that is there."""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from core import __version__
from core.dataset.network_words import CONNECT_SECONDS, SILENCE_SECONDS, error_words, status_words

_CHUNK_BYTES = 1 << 16
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_LENGTH_ALONE = re.compile(r"bytes \*/(\d+)")

Begun = Callable[[int, int], Callable[[int], None]]
"""Called as `begun(done, total)` when the server has answered; what it returns is called with every `done`.

`total` is 0 where the server doesn't say how much comes.
"""


class TransferError(Exception):
    """An address gave no file, or not all of it; the message says why, in words."""


class _Adapter(HTTPAdapter):
    """Trusts the system's certificates beside those that requests comes with.

    A network that looks into secure connections has put its own there.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().init_poolmanager(*args, **kwargs, ssl_context=ssl.create_default_context())


def http_session() -> requests.Session:
    """Return a session that can be used for several transfers; to be closed."""
    session = requests.Session()
    session.mount("https://", _Adapter())
    # a server must not pack what is packed, nor may a packed file be unpacked on the way
    session.headers.update({"User-Agent": f"cifar-tui/{__version__}", "Accept-Encoding": "identity"})
    return session


def transfer(session: requests.Session, url: str, part: Path, begun: Begun) -> None:
    """Append to `part` what `url` has more than it; a server that knows no ranges sends all over again.

    Raises TransferError where the whole file didn't come, OSError where `part` can't be written.
    """
    have = part.stat().st_size if part.exists() else 0
    with _words_for(url):
        response = session.get(
            url,
            headers={"Range": f"bytes={have}-"} if have else {},
            stream=True,
            timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
        )
    with response:
        if have and _is_too_long(response, have):
            part.unlink()
            transfer(session, url, part, begun)
            return
        position, total = _extent(response, have, url)
        reach = begun(position, total)
        with part.open("ab") as file:
            for piece in _pieces(response, url):
                file.write(piece[max(0, have - position) :])
                file.flush()  # so that a full disk is met here, and a killed process leaves all that came
                position += len(piece)
                reach(position)
    if position < total:
        raise TransferError("the connection was cut")


def _is_too_long(response: requests.Response, have: int) -> bool:
    """Tell whether there is nothing behind the first `have` bytes of the file."""
    if response.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return False
    length = _LENGTH_ALONE.fullmatch(response.headers.get("Content-Range", ""))
    return length is None or int(length[1]) <= have


def _extent(response: requests.Response, have: int, url: str) -> tuple[int, int]:
    """Return where the answer begins within the file, and how long the file is."""
    told = response.headers.get("Content-Length", "")
    length = int(told) if told.isdecimal() else 0
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        extent = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if extent is None or int(extent[1]) != have:
            raise TransferError("the server sent another part than was asked for")
        return have, have + length if extent[2] == "*" else int(extent[2])
    if response.status_code != HTTPStatus.OK:
        raise TransferError(status_words(response.status_code, url))
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise TransferError("a web page came in place of the file, as from a network that wants a login")
    return 0, length


def _pieces(response: requests.Response, url: str) -> Iterator[bytes]:
    while True:
        with _words_for(url):
            piece: bytes = response.raw.read1(_CHUNK_BYTES, decode_content=False)
        if not piece:
            return
        yield piece


@contextmanager
def _words_for(url: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:  # those of requests are OSErrors
        raise TransferError(error_words(error, url)) from error
