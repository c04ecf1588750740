from pathlib import Path

import pytest

from core.runs.event_log import EventReader, EventWriter, read_events
from core.runs.events import Notice, Record, UnknownEvent
from core.runs.life_events import RunFinished


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run" / "events.jsonl"


def test_a_file_that_is_not_there_yet_holds_nothing(file: Path) -> None:
    reader = EventReader(file)
    assert reader.poll() == []
    with EventWriter(file, clock=lambda: 5.0) as log:
        log.write(Notice(text="here"))
    assert reader.poll() == [Record(0, 5.0, Notice(text="here"))]
    assert reader.poll() == []


def test_a_reader_sees_each_event_before_the_writer_closes(file: Path) -> None:
    reader = EventReader(file)
    with EventWriter(file) as log:
        for i in range(3):
            written = log.write(Notice(text=str(i)))
            assert reader.poll() == [written]


def test_a_torn_last_line_waits_until_it_is_whole(file: Path) -> None:
    with EventWriter(file, clock=lambda: 1.0) as log:
        log.write(Notice(text="whole"))
        log.write(Notice(text="torn ü"))
    content = file.read_bytes()
    reader = EventReader(file)
    for cut in range(len(content) - 1, len(content) - 12, -1):  # also in the middle of a character
        file.write_bytes(content[:cut])
        assert EventReader(file).poll() == [Record(0, 1.0, Notice(text="whole"))]
    reader.poll()
    file.write_bytes(content)
    assert reader.poll() == [Record(1, 1.0, Notice(text="torn ü"))]


def test_a_writer_goes_on_behind_a_torn_line_which_costs_itself_alone(file: Path) -> None:
    with EventWriter(file) as log:
        log.write(Notice(text="whole"))
        log.write(Notice(text="torn"))
    file.write_bytes(file.read_bytes()[:-9])
    with EventWriter(file) as log:
        log.write(RunFinished())
    whole, torn, last = read_events(file)
    assert whole.event == Notice(text="whole")
    assert isinstance(torn.event, UnknownEvent)
    assert (last.sequence, last.event) == (2, RunFinished())


def test_bytes_that_are_no_text_are_one_unknown_event(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00\n")
    (record,) = read_events(file)
    assert isinstance(record.event, UnknownEvent)
