"""The real command on images that do not come: words, exit status, and nothing left that could do harm."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command.programs import COMMAND, everything_in, run
from tests.dataset.server import nobody_listening, serving

TRAINING = ["--headless", "--norm", "batch", "--epochs", "1", "--device", "cpu"]
ARCHIVE = "cifar-10-python.tar.gz"


@pytest.fixture
def dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a proxy that is dead and keeps the command from asking the world."""
    with nobody_listening() as address:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "cache"))
        yield address


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` with its content, but the locks, which are empty."""
    return {name: content for name, content in everything_in(folder).items() if content}


def test_no_address_gives_the_archive(tmp_path: Path, dead: str) -> None:
    with serving(b"other") as (address, _):
        result = run(*TRAINING, "--mirror", f"{address}/absent", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    words = result.stderr.splitlines()[-1]
    assert words.startswith(
        f"cifar-tui: CIFAR-10 can't be downloaded: {address}/absent: the server answered 404"
    )
    for known in (f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}", "https://zenodo.org/records/"):
        assert known in words
    assert (
        f": the proxy {dead} (from HTTPS_PROXY) can't be used: it refuses the connection. Try again" in words
    )
    assert f"or fetch {ARCHIVE} with a browser and give its folder to --data" in words
    assert not (tmp_path / "runs").exists()
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_download_that_stalls_is_left_by_one_signal_and_kept(
    tmp_path: Path, dead: str, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    with serving(bytes(1_000_000)) as (address, asked):
        monkeypatch.setenv("CIFAR_TUI_MIRROR", f"{address}/stalled")
        command = [*COMMAND, *TRAINING, "--export", "report.md"]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            said = next(line for line in process.stderr if "downloading" in line)
            os.kill(process.pid, number)
            process.communicate()
    host = address.removeprefix("http://")
    assert said == f"batch: downloading {ARCHIVE} from {host}: 0 of 1 MB, nothing comes\n"
    assert process.returncode == 130
    assert asked == ["/stalled"]
    assert dead not in said
    assert files_in(tmp_path / "cache") == {f"downloads/.{ARCHIVE}.part": bytes(100)}
