from collections.abc import Callable

from core.dataset.progress import Stage
from core.runs.events import Unit
from tests.dataset.samples import Recorder


def clock_of(*times: float) -> Callable[[], float]:
    remaining = iter(times)
    return lambda: next(remaining)


def test_a_stage_reports_ten_times_a_second_at_most(recorder: Recorder) -> None:
    clock = clock_of(0.0, 0.05, 0.125, 0.2, 0.25)
    stage = Stage(recorder.progress, "reading", 100, Unit.IMAGES, clock=clock)
    for done in (10, 20, 30, 40):
        stage.reach(done)
    assert recorder.reports == [("reading", 0, 100), ("reading", 20, 100), ("reading", 40, 100)]


def test_where_little_comes_a_stage_reports_once_a_second(recorder: Recorder) -> None:
    clock = clock_of(0.0, 0.5, 1.0, 1.5, 2.0)
    stage = Stage(recorder.progress, "reading", 10_000, Unit.BYTES, done=50, clock=clock)
    for done in (51, 52, 52, 52):  # the last ones while nothing comes at all
        stage.reach(done)
    assert [done for _, done, _ in recorder.reports] == [50, 52, 52]


def test_the_total_is_reported_once_and_last(recorder: Recorder) -> None:
    stage = Stage(recorder.progress, "reading", 100, Unit.IMAGES, clock=clock_of(0.0, 1.0, 2.0))
    stage.reach(100)
    stage.reach(164)  # whole tasks are counted, and overshoot
    stage.finish()
    assert recorder.reports == [("reading", 0, 100), ("reading", 100, 100)]
