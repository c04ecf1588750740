import math
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.step_series import StepSeries


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
    assert len(series.points) * series.stride + series.pending == len(values)


def test_a_short_curve_is_its_values() -> None:
    assert StepSeries().curve() == ((), ())
    assert StepSeries().extended([3.0, 1.0, 2.0]).curve() == ((1.0, 2.0, 3.0), (3.0, 1.0, 2.0))


@pytest.mark.parametrize("steps", [1_023, 1_024, 1_025, 5_000, 8_191])
def test_a_point_of_a_curve_stands_in_the_middle_of_its_values(steps: int) -> None:
    positions, means = StepSeries().extended(float(step) for step in range(1, steps + 1)).curve()
    assert means == pytest.approx(positions)  # each value is its own step's number
    assert list(positions) == sorted(set(positions))
    assert steps - positions[-1] < 8


def test_the_newest_values_are_seen_before_their_group_is_whole() -> None:
    series = StepSeries().extended([1.0] * 1_024)
    grown = series.extended([5.0])
    assert (series.stride, grown.points) == (2, series.points)
    assert [part[-1] for part in grown.curve()] == [1_025.0, 5.0]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_is_kept_and_spoils_its_own_group_alone(value: float) -> None:
    values = [1.0] * 5_000
    values[2_500] = value
    _, means = StepSeries().extended(values).curve()
    spoilt = [mean for mean in means if not math.isfinite(mean)]
    assert [str(mean) for mean in spoilt] == [str(value)]
    assert set(means) - set(spoilt) == {1.0}


@given(st.integers(0, 700), st.sampled_from([1, 2, 8]))
def test_a_wider_series_is_what_longer_steps_make(count: int, stride: int) -> None:
    values = [float(i % 7) for i in range(count)]
    series = StepSeries().extended(values).widened(stride)
    assert series.stride == stride
    assert series.points == tuple(
        pytest.approx(fmean(values[first : first + stride])) for first in range(0, count - stride + 1, stride)
    )
    assert len(series.points) * stride + series.pending == count
    assert series.pending_sum == sum(values[len(series.points) * stride :])


@given(values=st.lists(st.floats(-10, 10), max_size=200), count=st.integers(0, 250))
def test_a_short_series_is_cut_exactly(values: list[float], count: int) -> None:
    whole, cut = StepSeries().extended(values), StepSeries().extended(values[:count])
    assert whole.cut(count) == cut


def test_a_long_one_is_cut_within_a_group_at_its_mean() -> None:
    series = StepSeries().extended(float(value) for value in range(5_000))
    assert series.cut(4_096) == StepSeries().extended(float(value) for value in range(4_096)).widened(8)
    within = series.cut(4_099)
    assert (within.pending, within.pending_sum) == (3, 3 * series.points[512])
    assert series.cut(6_000) == series


def test_a_value_that_is_not_finite_goes_with_what_is_cut_off() -> None:
    series = StepSeries().extended([2.0, 1.0, math.nan])
    assert series.cut(2).extended([0.5]) == StepSeries().extended([2.0, 1.0, 0.5])
