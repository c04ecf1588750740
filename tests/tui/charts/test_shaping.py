import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.charts.curve import Curve, CurveStyle
from tui.charts.shaping import apart, drawable, extremes, nearest, smoothed, thinned, value_at

_VALUES = st.floats(-1e6, 1e6)
_WEIGHTS = st.floats(0, 0.99)
_SERIES = st.lists(_VALUES, min_size=1, max_size=600)
_COLUMNS = st.integers(1, 120)


def _evenly(ys: list[float]) -> list[float]:
    return [i / len(ys) for i in range(1, len(ys) + 1)]


def test_smoothing_is_tensorboards() -> None:
    # tensorboard's own, worked out by hand: 1; (0.5 * 0.5 * 1 + 0.5 * 3) / 0.75; ...
    assert smoothed([1.0, 3.0, 2.0], 0.5) == pytest.approx((1.0, 1.75 / 0.75, 1.875 / 0.875))


@given(_SERIES)
def test_no_smoothing_changes_nothing(ys: list[float]) -> None:
    assert smoothed(ys, 0.0) == tuple(ys)


@given(_SERIES, _WEIGHTS)
def test_a_smoothed_line_stays_among_its_values(ys: list[float], weight: float) -> None:
    line = smoothed(ys, weight)
    slack = 1e-6 * max(map(abs, ys)) + 1e-9
    assert all(min(ys) - slack <= y <= max(ys) + slack for y in line)
    assert line[0] == pytest.approx(ys[0])


@given(st.floats(-1e6, 1e6), st.integers(1, 300), _WEIGHTS)
def test_a_level_line_stays_level(value: float, length: int, weight: float) -> None:
    assert smoothed([value] * length, weight) == pytest.approx((value,) * length)


def test_a_value_that_is_not_finite_spoils_no_other() -> None:
    line = smoothed([1.0, math.nan, 1.0, math.inf, 1.0], 0.9)
    assert [y for y in line if math.isfinite(y)] == pytest.approx([1.0, 1.0, 1.0])
    assert math.isnan(line[1])


@pytest.mark.parametrize("log_y", [False, True])
@given(ys=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=50))
def test_what_is_drawable_has_a_place_on_the_axis(*, ys: list[float], log_y: bool) -> None:
    xs, kept = drawable(range(len(ys)), ys, log_y=log_y)
    assert all(math.isfinite(y) and (y > 0 or not log_y) for y in kept)
    assert all(ys[int(x)] == y for x, y in zip(xs, kept, strict=True))
    assert set(kept) >= {y for y in ys if 1e-99 < y < 1e99}


@given(_SERIES, _COLUMNS)
def test_thinning_keeps_two_points_a_column_and_the_newest(ys: list[float], columns: int) -> None:
    xs = _evenly(ys)
    thin_xs, thin_ys = thinned(xs, ys, 0, 1, columns)
    assert len(thin_xs) == len(thin_ys) == min(len(xs), len(thin_xs)) <= max(2 * columns, 1)
    assert (thin_xs[-1], thin_ys[-1]) == (xs[-1], ys[-1])
    assert all(first < after for first, after in pairwise(thin_xs))
    slack = 1e-9 * max(map(abs, ys))
    assert all(min(ys) - slack <= y <= max(ys) + slack for y in thin_ys)


def test_a_thinned_point_is_the_mean_of_its_neighbours() -> None:
    assert thinned([1, 2, 3, 4, 5, 6, 7], [1, 3, 10, 20, 30, 0, 5], 0, 7, 2)[1] == (2, 15, 15, 5)


@given(_SERIES, _COLUMNS)
def test_no_spike_is_lost(ys: list[float], columns: int) -> None:
    xs, kept = extremes(_evenly(ys), ys, 0, 1, columns)
    assert len(kept) <= max(2 * columns, 1)
    assert (min(kept), max(kept)) == (min(ys), max(ys))
    assert set(zip(xs, kept, strict=True)) <= set(zip(_evenly(ys), ys, strict=True))
    assert all(first < after for first, after in pairwise(xs))


@given(st.integers(1, 200), _COLUMNS)
def test_of_very_many_points_marks_stand_apart_and_the_newest_stays(length: int, columns: int) -> None:
    xs = [float(i) for i in range(length)]
    kept, _ = apart(xs, xs, 0, max(length - 1, 1), columns)
    assert kept[-1] == xs[-1]
    if length - 1 <= 2 * columns:
        assert list(kept) == xs
    else:
        assert all((after - first) / (length - 1) * columns > 2.99 for first, after in pairwise(kept))


@given(st.lists(_VALUES, max_size=60).map(sorted), _VALUES)
def test_the_nearest_point_is_the_nearest(xs: list[float], x: float) -> None:
    index = nearest(xs, x)
    if index is None:
        assert not xs
    else:
        assert abs(xs[index] - x) == min(abs(other - x) for other in xs)


def test_a_line_is_read_at_its_nearest_point_and_a_marked_one_at_the_last() -> None:
    line = Curve(label="batch", part="training", xs=(1, 2, 4), ys=(10, 20, 40), colour="norm-batch")
    tested = Curve(
        label="batch", part="test", xs=(2, 4), ys=(5, 6), colour="norm-batch", style=CurveStyle.MARKED
    )
    assert [value_at(line, x) for x in (0.5, 1.4, 3.5, 4)] == [None, 10, 40, 40]
    assert [value_at(tested, x) for x in (1.9, 2, 3.9, 4)] == [None, 5, 5, 6]
