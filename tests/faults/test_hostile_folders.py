"""Runs folders as a stranger would pack them: whatever is done with one, nothing outside of it changes."""

import base64
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from core.config.presets import Norm
from core.runs.event_codec import to_line
from core.runs.event_log import EventWriter
from core.runs.events import Event, Misclassified, MisclassifiedFound, Record
from core.runs.folder import SuiteFolder
from core.runs.suite_events import RunsQueued, WorkerStarted
from tests.command.programs import everything_in
from tests.faults.visits import VALUE, visit
from tests.report.example_runs import config, finished_events
from tests.runs.made_suites import begun, log, made_suite, write

FILES: Final = (
    *("suite.json", "suite.json.half", "suite.jsonl", "commands.jsonl", "lock", "worker.stderr"),
    *("batch", "batch/events.jsonl", "batch/checkpoint.half", "batch/checkpoint.pt", "batch/note.txt"),
)
_GIB: Final = 2**30


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody's own, which nobody is to touch."""
    folder = tmp_path / "outside"
    (folder / "folder").mkdir(parents=True)
    (folder / "folder" / "events.jsonl").write_text(to_line(Record(0, 1.0, begun("batch"))))
    (folder / "file").write_text("mine\n")
    return folder


@pytest.fixture
def suite(tmp_path: Path) -> SuiteFolder:
    """A suite whose worker died over a run, so that who looks at it records that."""
    folder = made_suite(tmp_path / "runs")
    write(folder, "batch", begun("batch"))
    log(folder, RunsQueued(runs=("batch",), commands=0), WorkerStarted(pid=1))
    return folder


def link(path: Path, outside: Path) -> None:
    path.symlink_to(outside / ("folder" if path.name == "batch" else "file"))


def link_to_a_device(path: Path, _outside: Path) -> None:
    path.symlink_to("/dev/zero")


def dangling_link(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "new")


def hard_link(path: Path, outside: Path) -> None:
    path.hardlink_to(outside / "file")


def pipe(path: Path, _outside: Path) -> None:
    os.mkfifo(path)


def folder(path: Path, _outside: Path) -> None:
    path.mkdir()
    (path / "file").touch()


def device(path: Path, _outside: Path) -> None:
    os.mknod(path, 0o666 | 0o020000, os.makedev(1, 5))


def endless_line(path: Path, _outside: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
        file.seek(0, os.SEEK_END)
        file.write(b"\n")


KINDS: Final = (link, link_to_a_device, dangling_link, hard_link, pipe, folder, device, endless_line)


@pytest.mark.timeout(300)  # a pipe or a device that is waited for is the fault looked for
@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", FILES)
def test_nothing_outside_is_written_or_deleted(
    name: str, make: Callable[[Path, Path], None], suite: SuiteFolder, outside: Path
) -> None:
    path = suite.path / name
    if path.is_dir():
        (path / "events.jsonl").unlink()
        path.rmdir()
    path.unlink(missing_ok=True)
    try:
        make(path, outside)
    except PermissionError:
        pytest.skip("root alone makes devices")
    before = _stamps(outside)
    looks = visit(suite.path.parent, suite.path.name, ("list", "go on", "attach", "report", "note", "ask"))
    assert all("\n" not in line for line in looks.values())
    assert looks["list"] == VALUE
    visit(suite.path.parent, suite.path.name, ("delete a run", "delete"))
    assert _stamps(outside) == before


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "name", ["suite.jsonl", "commands.jsonl", "lock", "worker.stderr", "batch/events.jsonl"]
)
def test_a_run_is_not_tried_again_through_a_link(name: str, suite: SuiteFolder, outside: Path) -> None:
    (suite.path / name).unlink(missing_ok=True)
    (suite.path / name).symlink_to(outside / "file")
    before = _stamps(outside)
    assert "link" in visit(suite.path.parent, suite.path.name, ("retry",))["retry"]
    assert _stamps(outside) == before


def test_a_linked_run_is_read_and_never_trained(suite: SuiteFolder, outside: Path) -> None:
    suite.run("batch").events.unlink()
    suite.run("batch").path.rmdir()
    suite.run("batch").path.symlink_to(outside / "folder")
    before = _stamps(outside)
    visit(suite.path.parent, suite.path.name, ("attach", "note", "retry", "delete a run", "delete"))
    assert _stamps(outside) == before
    assert not suite.path.exists()


def test_a_linked_suite_is_read_alone(suite: SuiteFolder, tmp_path: Path) -> None:
    elsewhere = suite.path.rename(tmp_path / "elsewhere")
    suite.path.symlink_to(elsewhere)
    before = _stamps(elsewhere)
    found = visit(suite.path.parent, suite.path.name, ("list", "report", "ask", "retry", "delete"))
    assert (found["list"], found["report"]) == (VALUE, VALUE)
    assert "is a link" in found["ask"]
    assert _stamps(elsewhere) == before


def test_a_checkpoint_is_not_written_through_a_link(suite: SuiteFolder, outside: Path) -> None:
    half = suite.run("batch").path / "checkpoint.half"
    half.symlink_to(outside / "file")
    before = _stamps(outside)
    from core.runs.safe_files import replacing  # noqa: PLC0415 - what a run saves its weights with

    with replacing(suite.run("batch").checkpoint, half.name) as file:
        file.write(b"weights")
    assert suite.run("batch").checkpoint.read_bytes() == b"weights"
    assert not half.exists()
    assert _stamps(outside) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives a folder to another user")
def test_a_folder_of_another_user_is_only_read(suite: SuiteFolder) -> None:
    nobody = 65_534
    for path in (suite.path, *suite.path.rglob("*")):
        os.chown(path, nobody, nobody)
    before = everything_in(suite.path)
    found = visit(suite.path.parent, suite.path.name)
    assert (found["list"], found["report"]) == (VALUE, VALUE)
    assert all("another user" in found[name] for name in ("note", "ask", "delete"))
    assert everything_in(suite.path) == before


def test_lines_of_200_mb_and_a_hundred_thousand_lines_take_little_memory(suite: SuiteFolder) -> None:
    for name in ("batch/events.jsonl", "suite.jsonl", "commands.jsonl", "worker.stderr"):
        endless_line(suite.path / name, suite.path)
        with (suite.path / name).open("ab") as file:
            file.write(b"{}\n" * 100_000)
    assert _peak(suite) < _GIB // 8  # less than one of the lines


def test_a_picture_of_too_many_pixels_is_never_decoded(suite: SuiteFolder) -> None:
    events: list[Event] = [
        event
        for event in finished_events(config(Norm.BATCH), epochs=2)
        if not isinstance(event, MisclassifiedFound)
    ]
    bomb = Misclassified(index=1, true_class=0, predicted_class=1, confidence=0.5, png=_png(60_000))
    events.insert(-1, MisclassifiedFound(images=(bomb,) * 10))
    suite.run("batch").events.unlink()
    _write(suite, events)
    assert _peak(suite) < _GIB


def _write(suite: SuiteFolder, events: list[Event]) -> None:
    with EventWriter(suite.run("batch").events) as output:
        for event in events:
            output.write(event)


def _png(side: int) -> str:
    """Return a black picture, a bit a pixel, in base64: a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (1 + side // 8)) for _ in range(side)) + packer.flush()
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(png).decode()


def _peak(suite: SuiteFolder) -> int:
    """Look at a suite in a process of its own, and return the bytes that took at most."""
    command = [sys.executable, "-m", "tests.faults.visits", str(suite.path.parent)]
    root = Path(__file__).parents[2]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    *outcomes, peak = result.stdout.splitlines()
    assert len(outcomes) == 3, result.stdout
    return int(peak)


def _stamps(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return what is in a folder: content, mode and size of each part."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (content, status.st_mode, status.st_size)
    return found
