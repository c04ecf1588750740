"""Who is let in: looked at before anything is served, be it a file, the page, or an error."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",  # the terminal's script writes its styles into the page
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "Server": "cifar-tui",
}
_PARAMETER: Final = "token"
_UNKNOWN: Final = "open the address with ?token=... that cifar-tui serve printed"
_FOREIGN: Final = "this is not asked for by a page of cifar-tui's own"


class Gate:
    """Lets in who has the token, once as `/?token=...`, then by a cookie; where there is none, everybody.

    The cookie holds another secret, which ends with this process. A page from elsewhere, in the same browser,
    is kept out by the origin that the browser tells; where there is no token, also by the name that this
    server is called by: a page may have had its own name lead to this machine.
    """

    def __init__(self, token: str | None, port: int) -> None:
        self._token = token
        self._session = secrets.token_urlsafe()
        self._cookie = f"cifar-tui-{port}"  # a browser gives a host's cookies to all of its ports

    @web.middleware
    async def check(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Hand on the requests of those who are let in.

        Raises:
            HTTPForbidden: it is not one of those.
        """
        host = _only(request, "Host") or ""
        if self._token is None:
            if not _is_loopback(host):
                raise web.HTTPForbidden(text="open the address that cifar-tui serve printed\n")
        elif request.method == "GET" and request.path == "/" and _PARAMETER in request.query:
            return self._let_in(request, self._token)
        elif not _same(request.cookies.get(self._cookie, ""), self._session):
            raise web.HTTPForbidden(text=f"{_UNKNOWN}\n")
        if "Origin" in request.headers and not _is_of(_only(request, "Origin"), host):
            raise web.HTTPForbidden(text=f"{_FOREIGN}\n")
        return await handler(request)

    def _let_in(self, request: web.Request, token: str) -> web.StreamResponse:
        """Give the cookie to who has the token, and lead to an address without it."""
        given = request.query.getall(_PARAMETER)
        if len(given) != 1 or not _same(given[0], token):
            raise web.HTTPForbidden(text=f"this is not the token; {_UNKNOWN}\n")
        response = web.Response(status=303, headers={"Location": "/"})
        encrypted = request.headers.get("X-Forwarded-Proto") == "https"  # as a proxy tells
        response.set_cookie(
            self._cookie, self._session, httponly=True, samesite="Strict", secure=encrypted or None
        )
        return response


def check_websocket(request: web.Request) -> None:
    """Refuse a websocket whose origin nobody told: every browser does.

    Raises:
        HTTPForbidden: it is such a one.
    """
    if "Origin" not in request.headers:
        raise web.HTTPForbidden(text=f"{_FOREIGN}\n")


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser to load nothing from elsewhere, and to tell nobody of this address."""
    response.headers.update(_HEADERS)


def _only(request: web.Request, header: str) -> str | None:
    """Return the value of `header`; None unless there is exactly one."""
    values = request.headers.getall(header, [])
    return values[0] if len(values) == 1 else None


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode())


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _is_of(origin: str | None, host: str) -> bool:
    """Tell whether `origin` is that of the pages at `host`, by http or https: a proxy may have the latter."""
    scheme, _, place = (origin or "").lower().partition("://")
    return scheme in {"http", "https"} and place == host.lower() != ""
