from core.runs.events import DataProgressed, Event, Notice
from core.worker.image_loading import Pulse

PROGRESS = DataProgressed(what="downloading", done=1, total=100)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_progress_that_no_other_follows_is_said_again_so_that_time_is_seen_to_pass() -> None:
    events, clock = list[Event](), Clock()
    pulse = Pulse(events.append, clock)
    pulse.beat()
    pulse.emit(PROGRESS)
    for clock.now in (1.0, 2.0, 3.0, 4.0):
        pulse.beat()
    assert events == [PROGRESS] * 3


def test_nothing_else_is_said_twice() -> None:
    events, clock = list[Event](), Clock()
    pulse = Pulse(events.append, clock)
    pulse.emit(PROGRESS)
    pulse.emit(Notice(text="waiting"))
    clock.now = 100.0
    pulse.beat()
    assert events == [PROGRESS, Notice(text="waiting")]
