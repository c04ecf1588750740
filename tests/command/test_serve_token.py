"""Nothing is served to who has neither the token nor the cookie, by a real server on a real port."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.command.served import Served, drawn, serving, with_suite

TOKEN = "the-token-of-this-test-0123456789"  # noqa: S105 - of a server that is gone when this is read
PLACES = (
    "/",
    "/page/page.js",
    "/page/start.js",
    "/page/page.css",
    "/terminal/js/textual.js",
    "/ws",
    "/nothing",
)
GUESSES = 10_000
CONNECTIONS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with_suite(folder)
    (folder / "token").write_text(f"{TOKEN}\n")
    (folder / "token").chmod(0o600)
    with serving(folder, "--token-file", "token", "attach") as served:
        yield served


def browser(server: Served) -> aiohttp.ClientSession:
    # a jar that keeps the cookies of an address without a name
    return aiohttp.ClientSession(server.address, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def status(session: aiohttp.ClientSession, place: str, **sent: dict[str, str]) -> int:
    async with session.get(place, allow_redirects=False, **sent) as answer:  # type: ignore[arg-type]
        assert TOKEN not in await answer.text()
        return answer.status


@pytest.mark.parametrize("place", PLACES)
async def test_without_the_token_nothing_is_served(server: Served, place: str) -> None:
    async with browser(server) as session:
        assert await status(session, place) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {TOKEN}"},
        {"Authorization": TOKEN},
        {"X-Token": TOKEN},
        {"token": TOKEN},
        {"Cookie": f"token={TOKEN}"},
        {"Cookie": "cifar-tui-{port}=" + TOKEN},
        {"Cookie": "cifar-tui-{port}="},
        {"Referer": f"http://127.0.0.1/?token={TOKEN}"},
        {"X-Forwarded-For": "127.0.0.1"},
    ],
)
async def test_in_a_header_the_token_lets_nobody_in(server: Served, headers: dict[str, str]) -> None:
    sent = {name: value.replace("{port}", str(server.port)) for name, value in headers.items()}
    async with browser(server) as session:
        for place in PLACES:
            assert await status(session, place, headers=sent) == 403


@pytest.mark.parametrize(
    "place",
    [
        *(f"{place}?token={TOKEN}" for place in PLACES[1:]),
        f"/{TOKEN}",
        f"/?Token={TOKEN}",
        f"/?token={TOKEN[:-1]}",
        f"/?token={TOKEN}0",
        f"/?token={TOKEN.upper()}",
        f"/?token={TOKEN}&token={TOKEN}",
        f"/?token=&token={TOKEN}",
        f"/?token[]={TOKEN}",
        "/?token=",
        "/?token=%00%ED%A0%80",
        f"//?token={TOKEN}",
    ],
)
async def test_in_another_place_the_token_lets_nobody_in(server: Served, place: str) -> None:
    async with aiohttp.ClientSession() as session:
        assert await status(session, f"{server.address}{place}") == 403


async def test_of_another_method_the_token_lets_nobody_in(server: Served) -> None:
    async with browser(server) as session:
        for method in ("POST", "HEAD", "PUT", "OPTIONS"):
            async with session.request(method, f"/?token={TOKEN}", data={"token": TOKEN}) as answer:
                assert answer.status == 403


async def test_of_ten_thousand_guesses_none_is_let_in(server: Served) -> None:
    refused = 0

    async def guess(many: int) -> None:
        nonlocal refused
        async with aiohttp.ClientSession(server.address) as session:
            for _ in range(many):
                async with session.get(f"/?token={secrets.token_urlsafe()}", allow_redirects=False) as answer:
                    refused += answer.status == 403
                    assert "Set-Cookie" not in answer.headers

    await asyncio.gather(*(guess(GUESSES // CONNECTIONS) for _ in range(CONNECTIONS)))
    assert refused == GUESSES


async def test_with_the_token_a_cookie_is_given_that_is_not_it(server: Served) -> None:
    async with browser(server) as session:
        async with session.get(f"/?token={TOKEN}", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            (cookie,) = answer.cookies.values()
            assert TOKEN not in answer.headers["Set-Cookie"]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", "")
        assert [await status(session, place) for place in PLACES[:5]] == [200] * 5
        assert await status(session, f"/?token={TOKEN[:-1]}") == 403  # whatever cookie there is
        headers = {"X-Forwarded-Proto": "https"}
        async with session.get(f"/?token={TOKEN}", allow_redirects=False, headers=headers) as answer:
            (cookie,) = answer.cookies.values()
        assert cookie["secure"]


async def test_the_token_is_told_to_no_log_and_to_no_process(server: Served) -> None:
    async with browser(server) as session:
        await status(session, f"/?token={TOKEN}")
        async with session.ws_connect("/ws", headers={"Origin": server.address}) as socket:
            await drawn(socket, "quit")
            found = [psutil.Process(server.process.pid), *server.dashboards]
            assert len(found) == 2
            assert not any(TOKEN in " ".join(process.cmdline()) for process in found)
            assert not any(TOKEN in " ".join(process.environ().values()) for process in found)
    assert "token in token" in server.told
    assert TOKEN not in server.told


async def test_with_the_cookie_too_a_page_from_elsewhere_gets_no_dashboard(server: Served) -> None:
    async with browser(server) as session:
        await status(session, f"/?token={TOKEN}")
        for headers in ({}, {"Origin": "http://elsewhere.example"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect("/ws", headers=headers)
            assert refused.value.status == 403


async def test_behind_a_proxy_the_name_that_it_was_called_by_counts(server: Served) -> None:
    names = {"Host": "proxy.example", "Origin": "https://proxy.example"}
    async with browser(server) as session:
        await status(session, f"/?token={TOKEN}")
        (cookie,) = session.cookie_jar  # which the browser has of the proxy's name
        sent = names | {"Cookie": f"{cookie.key}={cookie.value}"}
        async with session.ws_connect("/ws", headers=sent) as socket:
            assert not socket.closed


async def test_what_is_no_http_brings_no_trace_of_it_into_the_log(server: Served) -> None:
    for line in (f"GET /?token={TOKEN}\x00 HTTP/9\r\n\r\n", f"GET / HTTP/1.1\r\n{TOKEN}\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(line.encode())
        assert b" 400 " in (await reader.read()).splitlines()[0]
        writer.close()
    assert TOKEN not in server.told


async def test_on_another_address_there_is_a_token_in_any_case(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "0.0.0.0", "--demo") as served:  # noqa: S104 - which is what is tried
        assert len(served.token) >= 32
        assert served.told.count(served.token) == 1
        async with browser(served) as session:
            assert await status(session, "/") == 403
            assert await status(session, f"/?token={served.token}") == 303
            assert await status(session, "/") == 200
        assert served.told.count(served.token) == 1
