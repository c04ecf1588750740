import math

from core.runs.tracked_events import ScalarsLogged
from core.tracking.scalar_series import ScalarSeries


def told(steps: list[int], values: list[float]) -> ScalarsLogged:
    times = tuple(1_000.0 + step for step in steps)
    return ScalarsLogged(tag="loss", steps=tuple(steps), values=tuple(values), times=times)


def test_the_last_the_least_and_the_greatest_are_exact() -> None:
    series = ScalarSeries().extended(told([0, 10], [2.0, math.nan])).extended(told([20], [0.5]))
    assert (series.count, series.last_step, series.last, series.low, series.high) == (3, 20, 0.5, 0.5, 2.0)
    assert series.strange_step == 10
    assert series.last_time == 1_020.0


def test_points_stand_at_their_steps_and_times() -> None:
    series = ScalarSeries().extended(told([0, 100, 250], [3.0, 2.0, 1.0]))
    assert series.curve() == ((0.0, 100.0, 250.0), (3.0, 2.0, 1.0))
    assert series.curve(by_time=True)[0] == (1_000.0, 1_100.0, 1_250.0)


def test_many_values_become_few_points_however_they_come() -> None:
    steps = list(range(10_000))
    at_once = ScalarSeries().extended(told(steps, [float(step) for step in steps]))
    one_by_one = ScalarSeries()
    for step in steps:
        one_by_one = one_by_one.extended(told([step], [float(step)]))
    assert at_once == one_by_one
    xs, ys = at_once.curve()
    assert xs == ys
    assert len(xs) <= 1_025


def test_a_loop_that_goes_back_tells_its_steps_again() -> None:
    series = ScalarSeries().extended(told([0, 1, 2, 3], [4.0, 3.0, math.nan, 9.0]))
    again = series.extended(told([2, 3], [2.5, 2.0]))
    assert again.curve() == ((0.0, 1.0, 2.0, 3.0), (4.0, 3.0, 2.5, 2.0))
    assert (again.count, again.strange_step) == (4, None)
    within = ScalarSeries().extended(told([0, 1, 2, 1, 2], [5.0, 4.0, 3.0, 3.5, 2.5]))
    assert within.curve() == ((0.0, 1.0, 2.0), (5.0, 3.5, 2.5))
