"""What cannot be reached, by genuine connections that fail, is told without a class's name."""

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from core.dataset.network_words import error_words, shown
from core.dataset.transfer import TransferError, http_session, transfer
from tests.dataset.server import nobody_listening, serving

CONTENT = b"content" * 1000


@pytest.fixture(autouse=True)
def _without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate that nobody vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    subprocess.run(
        [*command.split(), "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", str(tmp_path / "c")],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + (tmp_path / "c").read_bytes())
    return file


@pytest.fixture
def proxy() -> Iterator[str]:
    """Run a proxy that wants a password."""
    with serving(b"") as (address, _):
        yield address


def complaint_about(url: str, folder: Path) -> str:
    with http_session() as session, pytest.raises(TransferError) as raised:
        transfer(session, url, folder / "part", lambda *_: lambda _: None)
    message = str(raised.value)
    assert "object at 0x" not in message
    assert not re.search(r"[A-Z][a-z]+[A-Z]\w*Error|Errno|Exception|Invalid[A-Z]", message)
    return message


def test_a_host_that_nobody_knows(tmp_path: Path) -> None:
    message = complaint_about("http://no-such-host.invalid/archive", tmp_path)
    assert message == "its host is unknown here: a wrong name, or no network"


def test_a_connection_that_is_refused(tmp_path: Path) -> None:
    with nobody_listening() as dead:
        assert complaint_about(f"{dead}/archive", tmp_path) == "it refuses the connection"


def test_a_server_that_hangs_up_without_an_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/archive"
        assert complaint_about(url, tmp_path) == "the connection was cut"
        thread.join()


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/archive"
        with pytest.raises(requests.Timeout) as raised:
            requests.get(url, timeout=0.01)
    assert error_words(raised.value, url) == "nothing came for 30 seconds"


def test_a_certificate_that_nobody_vouches_for_and_the_way_to_trust_it(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(CONTENT, certificate) as (address, _):
        message = complaint_about(f"{address}/whole", tmp_path)
        assert message.startswith("its certificate is not trusted (self")
        assert "let REQUESTS_CA_BUNDLE name that one's file" in message
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with http_session() as session:
            transfer(session, f"{address}/whole", tmp_path / "part", lambda *_: lambda _: None)
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_a_file_of_certificates_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such.pem")
    message = complaint_about("https://127.0.0.1:9/archive", tmp_path)
    assert message == "REQUESTS_CA_BUNDLE names /no/such.pem, which is no file of certificates"


def test_a_server_that_speaks_no_tls(tmp_path: Path) -> None:
    with serving(CONTENT) as (address, _):
        message = complaint_about(address.replace("http:", "https:") + "/whole", tmp_path)
    assert message.startswith("no secure connection could be made (")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_that_is_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    with nobody_listening() as dead:
        monkeypatch.setenv(variable, dead.replace("http://", "http://me:secret@"))
        message = complaint_about("http://example.invalid/archive", tmp_path)
    assert message == f"the proxy {dead} (from {variable}) can't be used: it refuses the connection"


def test_a_proxy_whose_host_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://no-such-host.invalid:3128")
    message = complaint_about("https://example.invalid/archive", tmp_path)
    assert "(from HTTPS_PROXY) can't be used: its host is unknown here" in message


@pytest.mark.parametrize("url", ["https://example.invalid/archive", "http://example.invalid/closed-proxy"])
def test_a_proxy_that_wants_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, url: str
) -> None:
    variable = "HTTPS_PROXY" if url.startswith("https") else "HTTP_PROXY"
    monkeypatch.setenv(variable, proxy)
    message = complaint_about(url, tmp_path)
    assert message.startswith(f"the proxy {proxy} (from {variable}) wants a name and a password (407)")


def test_a_socks_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    message = complaint_about("https://example.invalid/archive", tmp_path)
    assert message.startswith("the proxy socks5://127.0.0.1:1080 (from ALL_PROXY) is a SOCKS proxy, which")


def test_a_proxy_with_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://")
    message = complaint_about("https://example.invalid/archive", tmp_path)
    assert "(from HTTPS_PROXY) is no address of a proxy" in message


@pytest.mark.parametrize("url", ["file:///etc/hostname", "archive", "http://", "http://[::1/archive"])
def test_what_is_no_address(tmp_path: Path, url: str) -> None:
    assert complaint_about(url, tmp_path).startswith("that is no address; it must begin with http://")


def test_an_address_is_shown_without_what_is_secret() -> None:
    assert shown("https://me:word@host:81/a/b.tar.gz?token=1#x") == "https://host:81/a/b.tar.gz"
