from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from core.step_series import StepSeries


@given(st.lists(st.lists(st.floats(-10, 10), max_size=700), max_size=20))
def test_the_ranges_values_come_in_do_not_matter(ranges: list[list[float]]) -> None:
    piecewise = StepSeries()
    for values in ranges:
        piecewise = piecewise.extended(values)
    assert piecewise == StepSeries().extended(value for values in ranges for value in values)


def test_an_hour_of_steps_costs_what_a_minute_does() -> None:
    values = [float(i) for i in range(100_000)]
    series = StepSeries().extended(values)
    assert 500 < len(series.points) < 1_024
    assert series.points[0] == fmean(values[: series.stride])
    assert len(series.points) * series.stride + len(series.pending) == len(values)
