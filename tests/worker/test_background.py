import threading

import pytest

from core.runs.events import DataProgressed, Emit, Event, Notice
from core.worker.background import run_in_background


class StopError(Exception):
    pass


def ignored(_event: Event) -> None:
    pass


def polled() -> None:
    pass


def report(done: int) -> DataProgressed:
    return DataProgressed(what="decoding images", done=done, total=100)


def test_what_work_returns_and_all_it_says_arrives_in_the_threads_own_order() -> None:
    here, events, threads = threading.current_thread(), list[Event](), set[threading.Thread]()

    def work(emit: Emit) -> str:
        assert threading.current_thread() is not here
        for done in range(100):
            emit(report(done))
        return "images"

    def emit(event: Event) -> None:
        events.append(event)
        threads.add(threading.current_thread())

    assert run_in_background(work, emit, polled) == "images"
    assert events == [report(done) for done in range(100)]
    assert threads == {here}


def test_what_work_raises_is_raised_after_all_it_said() -> None:
    events: list[Event] = []

    def work(emit: Emit) -> None:
        emit(Notice(text="damaged"))
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        run_in_background(work, events.append, polled)
    assert events == [Notice(text="damaged")]


def test_work_that_waits_for_ever_is_left_by_whoever_is_stopped() -> None:
    begun, for_ever = threading.Event(), threading.Event()

    def work(_emit: Emit) -> None:
        begun.set()
        for_ever.wait()

    def stop_once_begun() -> None:
        if begun.is_set():
            raise StopError

    with pytest.raises(StopError):
        run_in_background(work, ignored, stop_once_begun)
    for_ever.set()


def test_work_that_was_left_ends_where_it_next_says_something_and_puts_its_things_away() -> None:
    begun, tidied, after = threading.Event(), threading.Event(), list[str]()

    def work(emit: Emit) -> None:
        begun.set()
        try:
            while True:
                emit(report(1))
        except Exception:  # noqa: BLE001 - no error of the work's own is to hide it
            after.append("went on")
        finally:
            tidied.set()

    def stop_once_begun() -> None:
        if begun.is_set():
            raise StopError

    with pytest.raises(StopError):
        run_in_background(work, ignored, stop_once_begun)
    assert tidied.wait(60)
    assert after == []


def test_an_event_that_cannot_be_written_ends_the_work() -> None:
    tidied = threading.Event()

    def work(emit: Emit) -> None:
        try:
            while True:
                emit(report(1))
        finally:
            tidied.set()

    def fail(_event: Event) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        run_in_background(work, fail, polled)
    assert tidied.wait(60)
