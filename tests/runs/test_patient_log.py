import errno
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.runs.event_log import read_events
from core.runs.events import Notice
from core.runs.patient_log import PatientWriter


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run" / "events.jsonl"


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Let the system refuse to write beyond `size` bytes, as a full disk would: in mid-line."""
    before, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def texts(file: Path) -> list[str]:
    events = [record.event for record in read_events(file)]
    return [event.text for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize("room", range(60))
def test_whatever_byte_the_disk_is_full_at_no_event_is_lost_when_it_is_freed(file: Path, room: int) -> None:
    told: list[str] = []
    with PatientWriter(file, told.append) as log:
        log.write(Notice(text="before"))
        with no_file_longer_than(file.stat().st_size + room):
            for i in range(3):
                log.write(Notice(text=str(i)))
            assert len(texts(file)) < 4
        log.write(Notice(text="after"))
    *kept, over = texts(file)
    assert kept == ["before", "0", "1", "2", "after"]
    assert over.startswith(f"{file.parent}: cannot be written (File too large); the limit on")
    assert over.endswith("that is over, and no event is missing")
    assert len(read_events(file)) == 6
    assert [record.sequence for record in read_events(file)] == list(range(6))
    begin, end = told
    assert begin.startswith(f"{file.parent}: cannot be written (File too large)")
    assert end == f"{file.parent}: can be written again, and no event is missing"


def test_what_waits_is_written_when_the_file_is_closed(file: Path) -> None:
    pauses: list[float] = []

    def free(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            limit.__exit__(None, None, None)

    log = PatientWriter(file, lambda _line: None, wait=free)
    limit = no_file_longer_than(10)
    limit.__enter__()
    log.write(Notice(text="waits"))
    log.close()
    assert len(pauses) == 3
    assert texts(file)[0] == "waits"


@pytest.mark.parametrize(("give_up", "tries"), [(True, 0), (False, 120)])
def test_closing_waits_for_a_minute_unless_it_is_time_to_go(file: Path, tries: int, *, give_up: bool) -> None:
    pauses: list[float] = []
    log = PatientWriter(file, lambda _line: None, wait=pauses.append, give_up=lambda: give_up)
    with no_file_longer_than(10):
        log.write(Notice(text="waits"))
        with pytest.raises(OSError, match="File too large"):
            log.close()
    assert len(pauses) == tries


def test_a_folder_that_is_gone_is_told_at_once_and_not_made_anew(file: Path) -> None:
    log = PatientWriter(file, lambda _line: None)
    log.write(Notice(text="before"))
    file.unlink()
    with pytest.raises(OSError, match="was deleted or moved") as refused:
        log.write(Notice(text="after"))
    assert refused.value.errno == errno.ENOENT
    with pytest.raises(OSError, match="was deleted or moved"):
        log.close()
    assert not file.exists()
    file.parent.rmdir()
    file.parent.parent.rename(file.parent.parent.with_name("elsewhere"))
    with pytest.raises(OSError, match="was deleted or moved"):
        PatientWriter(file, lambda _line: None)
    assert not file.parent.parent.exists()
