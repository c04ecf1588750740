import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.dataset.download import Wanted, fetch
from core.errors import InputError
from core.runs.events import Unit
from tests.dataset.samples import Recorder
from tests.dataset.server import nobody_listening, serving

CONTENT = bytes(range(256)) * 4000
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
ELSEWHERE = "with a browser and give its folder to --data; --data demo needs no download"


@pytest.fixture(autouse=True)
def _without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def served() -> Iterator[tuple[str, list[str]]]:
    with serving(CONTENT) as address_and_log:
        yield address_and_log


def wanted(*urls: str, md5: str = MD5) -> Wanted:
    return Wanted("archive", md5, urls)


def fetched(folder: Path, *urls: str, recorder: Recorder | None = None) -> list[str]:
    """Fetch the content, look at it, and return the notices."""
    recorder = recorder or Recorder()
    assert fetch(wanted(*urls), folder, recorder.progress, recorder.notice) == folder / "archive"
    assert (folder / "archive").read_bytes() == CONTENT
    assert [path.name for path in folder.iterdir()] == ["archive"]
    return recorder.notices


def complaint_about(folder: Path, *urls: str, md5: str = MD5) -> str:
    with pytest.raises(InputError) as raised:
        fetch(wanted(*urls, md5=md5), folder, Recorder().progress, Recorder().notice)
    message = str(raised.value)
    assert message.startswith("CIFAR-10 can't be downloaded: ")
    assert message.endswith(f"fetch archive {ELSEWHERE}")
    assert not (folder / "archive").exists()
    return message


def leave_part(folder: Path, content: bytes) -> None:
    """Leave what a process that was killed had of the file."""
    folder.mkdir(exist_ok=True)
    (folder / ".archive.part").write_bytes(content)


def test_a_file_is_fetched_once(served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder) -> None:
    address, asked = served
    for _ in range(2):
        fetched(tmp_path / "downloads", f"{address}/whole", recorder=recorder)
    assert asked == ["/whole"]
    what = f"downloading archive from {address.removeprefix('http://')}"
    assert recorder.reports[0] == (what, 0, len(CONTENT))
    assert recorder.reports[-1] == (what, len(CONTENT), len(CONTENT))


def test_nothing_is_printed(served: tuple[str, list[str]], tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from core.dataset.download import Wanted, fetch\n"
        f"wanted = Wanted('archive', {MD5!r}, ['{served[0]}/absent', '{served[0]}/whole'])\n"
        f"fetch(wanted, Path({str(tmp_path)!r}), lambda *_: None, lambda _: None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert (tmp_path / "archive").read_bytes() == CONTENT


def test_a_server_need_not_say_how_much_comes(
    served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder
) -> None:
    fetched(tmp_path, f"{served[0]}/length-unknown", recorder=recorder)
    assert recorder.reports[-1][1:] == (len(CONTENT), len(CONTENT))


def test_a_redirection_is_followed_from_where_the_file_stopped(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    leave_part(tmp_path, CONTENT[:500])
    fetched(tmp_path, f"{served[0]}/moved")
    assert served[1] == ["/moved from 500", "/whole from 500"]


def test_a_wrong_file_already_there_is_replaced(served: tuple[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(CONTENT[:1000])
    fetched(tmp_path, f"{served[0]}/whole")


def test_what_an_earlier_process_left_is_gone_on_from(
    served: tuple[str, list[str]], tmp_path: Path, recorder: Recorder
) -> None:
    leave_part(tmp_path, CONTENT[:1000])
    fetched(tmp_path, f"{served[0]}/whole", recorder=recorder)
    assert served[1] == ["/whole from 1000"]
    assert recorder.reports[0][1:] == (1000, len(CONTENT))


def test_a_part_that_is_whole_needs_no_server(tmp_path: Path) -> None:
    leave_part(tmp_path, CONTENT)
    fetched(tmp_path, "http://127.0.0.1:9/archive")


def test_a_connection_that_is_cut_again_and_again_is_gone_on_with(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    fetched(tmp_path, f"{served[0]}/half")
    begins = [int(asked.rpartition(" ")[2]) for asked in served[1][1:]]
    assert len(begins) > 10
    assert begins == sorted(set(begins))


def test_a_server_without_ranges_loses_nothing_that_came(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    leave_part(tmp_path, CONTENT[:-10])
    message = complaint_about(tmp_path, f"{served[0]}/first-half")
    assert "/first-half: the connection was cut. Try again, which goes on from there" in message
    assert (tmp_path / ".archive.part").read_bytes() == CONTENT[:-10]
    fetched(tmp_path, f"{served[0]}/ranges-unknown")


@pytest.mark.parametrize("path", ["/whole", "/ranges-unknown"])
@pytest.mark.parametrize("left", [b"\0" * 1000, CONTENT + b"more"])
def test_a_part_that_was_never_of_this_file_is_fetched_anew(
    served: tuple[str, list[str]], tmp_path: Path, path: str, left: bytes
) -> None:
    leave_part(tmp_path, left)
    fetched(tmp_path, f"{served[0]}{path}")


def test_the_first_address_is_dead_and_the_second_good(served: tuple[str, list[str]], tmp_path: Path) -> None:
    with nobody_listening() as dead:
        notices = fetched(tmp_path, f"{dead}/archive", f"{served[0]}/whole")
    first, second = (it.removeprefix("http://") for it in (dead, served[0]))
    assert notices == [f"{first}: it refuses the connection; trying {second}"]


@pytest.mark.parametrize("path", ["/other", "/login", "/absent", "/busy", "/first-half"])
@pytest.mark.parametrize("left", [0, 700])
def test_a_bad_address_spoils_nothing_for_the_next_one(
    served: tuple[str, list[str]], tmp_path: Path, path: str, left: int
) -> None:
    leave_part(tmp_path, CONTENT[:left])
    assert len(fetched(tmp_path, f"{served[0]}{path}", f"{served[0]}/whole")) == 1
    if left:
        assert served[1][0].endswith(" from 700")
    if path != "/first-half":
        assert served[1][-1] == ("/whole from 700" if left else "/whole")


@dataclass
class SlowPlace(Recorder):
    """A recorder whose clock lets a quarter of an hour pass at every look while `slow` is downloaded from."""

    slow: str = ""
    now: float = 0.0
    is_slow: bool = field(default=False)

    def progress(self, what: str, done: int, total: int, unit: Unit) -> None:
        super().progress(what, done, total, unit)
        self.is_slow = what.endswith(self.slow)

    def clock(self) -> float:
        self.now += 1000 * self.is_slow
        return self.now


def test_a_slow_address_is_left_for_the_next_one_and_nothing_comes_twice(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    with serving(CONTENT) as (slow, asked):
        place = SlowPlace(slow=slow.removeprefix("http://"))
        fetch(
            wanted(f"{slow}/whole", f"{served[0]}/whole"), tmp_path, place.progress, place.notice, place.clock
        )
    assert (tmp_path / "archive").read_bytes() == CONTENT
    assert asked == ["/whole"]
    assert len(served[1]) == 1
    assert served[1][0].startswith("/whole from ")
    assert "kB/s came; trying" in place.notices[0]


def test_a_slow_address_is_gone_back_to_where_no_other_helps(tmp_path: Path) -> None:
    with serving(CONTENT) as (slow, asked), nobody_listening() as dead:
        place = SlowPlace(slow=slow.removeprefix("http://"))
        fetch(wanted(f"{slow}/whole", f"{dead}/archive"), tmp_path, place.progress, place.notice, place.clock)
    assert (tmp_path / "archive").read_bytes() == CONTENT
    assert len(asked) == 2
    assert asked[1].startswith("/whole from ")


def test_what_failed_where_is_told_in_one_line(served: tuple[str, list[str]], tmp_path: Path) -> None:
    urls = [f"{served[0]}/{name}" for name in ("absent", "busy", "login", "circle", "other")]
    message = complaint_about(tmp_path, *urls)
    assert f"{urls[0]}: the server answered 404 (Not Found); " in message
    assert f"{urls[1]}: the server answered 503 (Service Unavailable); " in message
    assert f"{urls[2]}: a web page came in place of the file" in message
    assert f"{urls[3]}: it redirects in a circle; " in message
    assert f"{urls[4]}: it gave another file: the md5 is not {MD5}. Try again" in message
    assert list(tmp_path.iterdir()) == []


def test_addresses_that_fail_alike_are_told_together(tmp_path: Path) -> None:
    with nobody_listening() as dead:
        message = complaint_about(tmp_path, f"{dead}/a", f"{dead}/b?key=secret")
    assert f"{dead}/a and {dead}/b: it refuses the connection. Try" in message


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="let CIFAR_TUI_CACHE name another folder") as raised:
        fetch(wanted("http://127.0.0.1:9/archive"), tmp_path / "file", Recorder().progress, Recorder().notice)
    assert f"to {tmp_path}/file (" in str(raised.value)


def test_a_stop_asked_for_by_the_screen_keeps_what_has_come(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    class Stopping(Recorder):
        def progress(self, what: str, done: int, total: int, unit: Unit) -> None:
            super().progress(what, done, total, unit)
            if len(self.reports) == 2:
                raise KeyboardInterrupt

    stopping, times = Stopping(), iter(range(10_000))
    with pytest.raises(KeyboardInterrupt):
        fetch(wanted(f"{served[0]}/whole"), tmp_path, stopping.progress, stopping.notice, lambda: next(times))
    part = (tmp_path / ".archive.part").read_bytes()
    assert part
    assert CONTENT.startswith(part)
    fetched(tmp_path, f"{served[0]}/whole")
    assert served[1] == ["/whole", f"/whole from {len(part)}"]
