"""`cifar-tui serve` on this machine's own address: who gets a dashboard, and what becomes of it."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from core.runs.folder import SuiteFolder
from core.runs.index import suites_in
from core.runs.suite_events import JobStarted
from tests.command.programs import run
from tests.command.served import Served, closed, drawn, gone, serving, tab, with_suite
from tests.runs.made_suites import at_work, beating, log
from tui.cli import main


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with_suite(folder)
    with serving(folder, "--tabs", "1", "--", "attach") as served:
        yield served


async def test_on_this_machine_no_token_is_asked_for(server: Served) -> None:
    async with aiohttp.ClientSession(server.address) as session, session.get("/") as answer:
        assert answer.status == 200
        page = await answer.text()
        assert "<title>cifar-tui</title>" in page
        assert "https:" not in page
        assert "http:" not in page
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:9000", 200),  # as by ssh -L
        ("[::1]:8000", 200),
        ("elsewhere.example", 403),
        ("127.0.0.1.elsewhere.example:8000", 403),
        ("elsewhere.example#127.0.0.1", 403),
        ("[", 403),
        ("", 403),
    ],
)
async def test_a_name_that_was_led_to_this_machine_is_not_answered(
    server: Served, host: str, status: int
) -> None:
    async with (
        aiohttp.ClientSession(server.address) as session,
        session.get("/", headers={"Host": host}) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://elsewhere.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost:{}",
    ],
)
async def test_a_page_from_elsewhere_gets_no_dashboard(server: Served, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin.format(server.port)}
    async with aiohttp.ClientSession(server.address) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect("/ws", headers=headers)
        assert refused.value.status == 403
    assert server.dashboards == []


async def test_a_size_told_at_once_is_the_one_that_is_drawn(server: Served) -> None:
    async with tab(server, "/ws?width=80&height=24") as page:
        await page.send_json(["resize", {"width": 100, "height": 33}])
        await drawn(page, "quit")
        await page.send_json(["stdin", "4"])
        lines = re.findall(rb"\x1b\[(\d+);\d+H", await drawn(page, "sorted by"))
        assert max(map(int, lines)) == 33


async def test_a_tab_too_many_is_told_so_and_one_that_is_closed_makes_room(server: Served) -> None:
    async with tab(server, "/ws?width=100&height=30"), tab(server) as second:
        assert await closed(second) == (
            1013,
            "As many dashboards are open as may be (--tabs 1). Close one of them first.",
        )
    async with tab(server, "/ws?width=x&height=99999999999") as third:
        await drawn(third, "quit")
        await third.send_json(["stdin", "q"])
        assert await closed(third) == (1000, "")


@pytest.mark.parametrize("said", ['["stdin", 1]', '["stdin", "\\ud800"]', "[" * 9999])
async def test_whoever_says_what_no_page_of_ours_does_is_not_listened_to(server: Served, said: str) -> None:
    async with tab(server) as page:
        await page.send_str(said)
        assert (await closed(page))[0] in {1000, 1006}
    await gone(server.dashboards)


async def test_ctrl_c_ends_the_dashboards_and_says_what_goes_on(tmp_path: Path) -> None:
    with_suite(tmp_path)
    (suite,) = map(SuiteFolder, suites_in(tmp_path / "runs"))
    with serving(tmp_path, "attach") as served, at_work(suite), beating(suite):
        log(suite, JobStarted(run="batch"))
        async with tab(served) as page:
            await drawn(page, "quit")
            dashboards = served.dashboards
            served.process.send_signal(signal.SIGINT)
            assert "goes on" in (await closed(page))[1]
        await gone(dashboards)
        assert served.process.wait() == 0
        assert f"{suite.path.name} goes on training; cifar-tui attach shows it" in served.told
        assert "Traceback" not in served.told


async def test_a_server_that_is_killed_leaves_no_dashboard_behind(tmp_path: Path) -> None:
    with_suite(tmp_path)
    with serving(tmp_path, "attach") as served:
        async with tab(served) as page:
            await drawn(page, "quit")
            dashboards = served.dashboards
            served.process.kill()
            await gone(dashboards)
    assert len(dashboards) == 1


async def test_why_a_dashboard_does_not_start_is_told_where_the_server_runs(tmp_path: Path) -> None:
    with_suite(tmp_path)
    with serving(tmp_path, "attach") as served:
        (suite,) = suites_in(tmp_path / "runs")
        (suite / "suite.json").unlink()
        async with tab(served) as page:
            assert "did not start" in (await closed(page))[1]
    assert "there is no suite in runs" in served.told


def test_of_a_port_that_is_taken_one_is_named_that_is_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), "--demo", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    words, free = done.stderr.split("; ")
    assert words == f"cifar-tui: --port {port}: is taken"
    assert free.removesuffix(" is free\n").isdecimal()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "x"), "must be a number from 0 to 65535"),
        (("--port", "65536"), "must be a number from 0 to 65535"),
        (("--tabs", "0"), "must be a whole number, 1 or more"),
        (("--host", "192.0.2.1"), "--host 192.0.2.1 --port 8000: "),
        (("--host", "no.such.name.invalid"), "--host no.such.name.invalid --port 8000: "),
        (("--token-file", "missing"), "--token-file missing: No such file"),
        (("--token-file", "short"), "must hold one token of 16 characters or more"),
        (("--token-file", "two"), "must hold one token of 16 characters or more"),
        (("--headless", "--demo"), "serve --headless: give one of the two"),
        (("--epochs", "x"), "epochs"),
        (("--nonsense",), "--nonsense (see cifar-tui --help)"),
        (("attach",), "there is no suite in runs"),
        (("attach", "--demo"), "--demo (see cifar-tui attach --help)"),
        (("resume", "some"), "only attach and open can be served"),
        (("--", "report"), "only attach and open can be served"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "short").write_text("123456789012345")
    (tmp_path / "two").write_text("1234567890123456 1234567890123456")
    monkeypatch.chdir(tmp_path)
    assert main(["serve", *arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert words in told.err


def test_without_textual_serve_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    without = "import sys; sys.modules['textual_serve'] = None"
    program = f"{without}; from tui.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "cifar-tui: serve needs textual-serve: uv sync --extra serve, or pip install textual-serve\n"
    )
