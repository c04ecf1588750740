import hashlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.dataset.download import fetch
from core.errors import InputError
from tests.dataset.samples import Recorder
from tests.dataset.server import serving

CONTENT = bytes(range(256)) * 1000
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


@pytest.fixture(autouse=True)
def _without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def served() -> Iterator[tuple[str, list[str]]]:
    with serving(CONTENT) as address_and_log:
        yield address_and_log


def complaint_about(url: str, destination: Path, md5: str = MD5) -> str:
    with pytest.raises(InputError) as raised:
        fetch(url, md5, destination, Recorder().progress)
    message = str(raised.value)
    assert message.startswith(f"CIFAR-10 can't be downloaded from {url}: ")
    assert message.endswith("a folder of images (--data FOLDER) or on drawn shapes (--data demo)")
    return message


def test_a_file_is_fetched_once(served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder) -> None:
    address, asked = served
    destination = tmp_path / "downloads" / "archive"
    for _ in range(2):
        assert fetch(f"{address}/whole", MD5, destination, recorder.progress) == destination
    assert destination.read_bytes() == CONTENT
    assert [path.name for path in destination.parent.iterdir()] == ["archive"]
    assert asked == ["/whole"]
    assert recorder.reports[0] == ("downloading archive", 0, len(CONTENT))
    assert recorder.reports[-1] == ("downloading archive", len(CONTENT), len(CONTENT))


def test_nothing_is_printed(served: tuple[str, list[str]], tmp_path: Path) -> None:
    # In a child: pooch's logger keeps the stderr it was imported with, which pytest has replaced here.
    code = (
        "from pathlib import Path; from core.dataset.download import fetch\n"
        f"fetch('{served[0]}/whole', {MD5!r}, Path({str(tmp_path / 'archive')!r}), lambda *_: None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert (tmp_path / "archive").read_bytes() == CONTENT


def test_a_server_need_not_say_how_much_comes(
    served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder
) -> None:
    fetch(f"{served[0]}/unmeasured", MD5, tmp_path / "archive", recorder.progress)
    assert (tmp_path / "archive").read_bytes() == CONTENT
    assert recorder.reports[-1] == ("downloading archive", len(CONTENT), len(CONTENT))


def test_a_wrong_file_already_there_is_replaced(
    served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder
) -> None:
    (tmp_path / "archive").write_bytes(CONTENT[:1000])
    fetch(f"{served[0]}/whole", MD5, tmp_path / "archive", recorder.progress)
    assert (tmp_path / "archive").read_bytes() == CONTENT


def test_leftovers_of_a_killed_download_are_removed(
    served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder
) -> None:
    (tmp_path / ".archive.partial").mkdir()
    (tmp_path / ".archive.partial" / "tmpxyz").write_bytes(b"half")
    fetch(f"{served[0]}/whole", MD5, tmp_path / "archive", recorder.progress)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


@pytest.mark.parametrize(
    ("path", "md5", "reason"),
    [
        ("/half", MD5, "the connection was lost"),
        ("/absent", MD5, "the server answered 404"),
        ("/whole", "0" * 32, f"the downloaded file has a wrong checksum (its md5 is not {'0' * 32})"),
    ],
)
def test_a_failed_download_leaves_no_file(
    served: tuple[str, list[str]], tmp_path: Path, path: str, md5: str, reason: str
) -> None:
    assert f": {reason}; try again" in complaint_about(f"{served[0]}{path}", tmp_path / "archive", md5)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_connection_is_named(tmp_path: Path) -> None:
    with socket.socket() as bound_but_deaf:
        bound_but_deaf.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound_but_deaf.getsockname()[1]}/archive"
        assert ": Connection refused; try again" in complaint_about(address, tmp_path / "archive")


def test_an_unknown_host_is_named(tmp_path: Path) -> None:
    message = complaint_about("http://no-such-host.invalid/archive", tmp_path / "archive")
    assert "object at 0x" not in message
    assert len(message) < 250


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    message = complaint_about("http://127.0.0.1:9/archive", tmp_path / "file" / "archive")
    assert f"{tmp_path}/file" in message
    assert "CIFAR_TUI_CACHE" in message


def test_a_stop_asked_for_by_the_screen_leaves_no_file(served: tuple[str, list[str]], tmp_path: Path) -> None:
    def stop(_what: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(f"{served[0]}/whole", MD5, tmp_path / "archive", stop)
    assert list(tmp_path.iterdir()) == []
