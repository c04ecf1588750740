from collections.abc import Callable

from core.dataset.progress import Stage
from tests.dataset.samples import Recorder


def clock_of(*times: float) -> Callable[[], float]:
    remaining = iter(times)
    return lambda: next(remaining)


def test_a_stage_reports_ten_times_a_second_at_most(recorder: Recorder) -> None:
    stage = Stage(recorder.progress, "reading", 100, clock_of(0.0, 0.05, 0.125, 0.2, 0.25))
    for done in (10, 20, 30, 40):
        stage.reach(done)
    assert recorder.reports == [("reading", 0, 100), ("reading", 20, 100), ("reading", 40, 100)]


def test_the_total_is_reported_once_and_last(recorder: Recorder) -> None:
    stage = Stage(recorder.progress, "reading", 100, clock_of(0.0, 1.0, 2.0))
    stage.reach(100)
    stage.reach(164)  # pooch counts whole chunks and so overshoots
    stage.finish()
    assert recorder.reports == [("reading", 0, 100), ("reading", 100, 100)]
