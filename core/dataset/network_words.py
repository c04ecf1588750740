"""What went wrong between here and a server, in words for people.

The exceptions of requests and urllib3 quote object addresses and name classes, and each hides the one that
says why in another place.
"""

import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
import urllib3

CONNECT_SECONDS = 10
SILENCE_SECONDS = 30  # without any byte, not for the whole

_PROXY_PASSWORD = "wants a name and a password (407), as in http://NAME:PASSWORD@HOST:PORT"  # noqa: S105 - none
_TUNNEL_STATUS = re.compile(r"Tunnel connection failed: (\d+)")
_CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def shown(url: str) -> str:
    """Return an address fit to be shown: no name, no password, and nothing behind a question mark."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme and host else url


def host_of(url: str) -> str:
    """Return the host that an address names, with its port where it names one."""
    return urlsplit(url).netloc.rpartition("@")[2]


def status_words(status: int, url: str) -> str:
    """Say what a server's answer with an HTTP status other than success means."""
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return f"{_proxy_words(url)} {_PROXY_PASSWORD}"
    phrase = f" ({HTTPStatus(status).phrase})" if status in set(HTTPStatus) else ""
    return f"the server answered {status}{phrase}"


def error_words(error: Exception, url: str) -> str:
    """Say why asking for `url` failed with `error`, which requests, urllib3 or the system raised."""
    url = getattr(getattr(error, "request", None), "url", None) or url  # where it was redirected to
    causes = tuple(_causes(error))
    return (
        _proxy_trouble(causes, url) or _wrong_setting(causes) or _trouble(causes) or "the connection failed"
    )


def _wrong_setting(causes: tuple[BaseException, ...]) -> str:
    """Say which address or file that somebody named is none; "" where that isn't what failed."""
    error = causes[0]
    if "CA certificate bundle" in str(error):
        name = next((name for name in _CERTIFICATE_VARIABLES if os.environ.get(name)), "")
        return f"{name} names {os.environ.get(name)}, which is no file of certificates"
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return "it redirects in a circle"
    if isinstance(error, requests.exceptions.RequestException) and isinstance(error, ValueError):
        return "that is no address; it must begin with http:// or https:// and name a host and a file"
    return ""


def _trouble(causes: tuple[BaseException, ...]) -> str:
    """Say what the deepest known cause means; "" where there is none."""
    return next((words for cause in reversed(causes) if (words := _meaning(cause))), "")


def _meaning(cause: BaseException) -> str:
    words = ""
    match cause:
        case ssl.SSLCertVerificationError():
            words = (
                f"its certificate is not trusted ({cause.verify_message}); where the network has one of its "
                "own, let REQUESTS_CA_BUNDLE name that one's file"
            )
        case ssl.SSLError():
            reason = (cause.reason or "no reason given").lower().replace("_", " ")
            words = f"no secure connection could be made ({reason})"
        case socket.gaierror():
            words = "its host is unknown here: a wrong name, or no network"
        case ConnectionRefusedError():
            words = "it refuses the connection"
        case urllib3.exceptions.ConnectTimeoutError():
            words = f"no answer within {CONNECT_SECONDS} seconds"
        case TimeoutError() | urllib3.exceptions.ReadTimeoutError():
            words = f"nothing came for {SILENCE_SECONDS} seconds"
        case ConnectionError() | http.client.HTTPException() | urllib3.exceptions.IncompleteRead():
            words = "the connection was cut"
        case OSError(strerror=str(reason)) if reason:
            words = reason[0].lower() + reason[1:]
    return words


def _proxy_words(url: str) -> str:
    """Name the proxy that requests to `url` take, and who says so."""
    scheme = urlsplit(url).scheme
    for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"):
        if value := os.environ.get(name):
            return f"the proxy {shown(value)} (from {name})"
    return "the system's proxy"


def _proxy_trouble(causes: tuple[BaseException, ...], url: str) -> str:
    """Say what is wrong with the proxy; "" where it isn't what failed."""
    if any("SOCKS" in str(cause) for cause in causes):
        return f"{_proxy_words(url)} is a SOCKS proxy, which isn't supported: name an http:// one, or none"
    if isinstance(causes[0], requests.exceptions.InvalidProxyURL):
        return f"{_proxy_words(url)} is no address of a proxy; it must be like http://HOST:PORT"
    if not any(isinstance(cause, urllib3.exceptions.ProxyError) for cause in causes):
        return ""
    found = next((status for cause in causes if (status := _TUNNEL_STATUS.search(str(cause)))), None)
    if found is None:
        return f"{_proxy_words(url)} can't be used: {_trouble(causes) or 'the connection failed'}"
    if int(found[1]) == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return f"{_proxy_words(url)} {_PROXY_PASSWORD}"
    return f"{_proxy_words(url)} answered {found[1]}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it came of, wherever it keeps them, outermost first."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting += [it for it in inner if isinstance(it, BaseException)]
