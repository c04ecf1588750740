import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.charts.axis import Axis, clock_axis, column_axis, log_axis, row_axis

_Ends = tuple[float, float]


def _ends(lowest: float, highest: float) -> st.SearchStrategy[_Ends]:
    values = st.floats(lowest, highest)
    return st.tuples(values, values).map(lambda ends: (min(ends), max(ends)))


_SLACK = 1e-6


def _is_sound(axis: Axis, low: float, high: float) -> None:
    room = _SLACK * (axis.high - axis.low) + _SLACK * max(abs(low), abs(high))
    assert axis.low <= low + room
    assert axis.high >= high - room
    assert len(axis.ticks) == len(axis.labels) == len(set(axis.labels))
    assert all(first < after for first, after in pairwise(axis.ticks))


@given(_ends(-1e9, 1e9), st.integers(2, 12))
def test_columns_show_everything_with_few_ticks(ends: _Ends, most: int) -> None:
    axis = column_axis(*ends, most)
    _is_sound(axis, *ends)
    assert 2 <= len(axis.ticks) <= max(most, 5)


@given(_ends(-1e9, 1e9), st.integers(4, 98))
def test_ticks_on_rows_are_evenly_apart(ends: _Ends, rows: int) -> None:
    axis = row_axis(*ends, rows)
    _is_sound(axis, *ends)
    places = axis.cells(axis.ticks, rows)
    assert len({after - first for first, after in pairwise(places)}) <= 1
    assert all(after - first >= 2 for first, after in pairwise(places))


@given(_ends(1e-12, 1e12), st.integers(1, 12))
def test_a_logarithmic_axis_shows_everything(ends: _Ends, most: int) -> None:
    axis = log_axis(*ends, most)
    assert 10**axis.low <= ends[0] * (1 + _SLACK)
    assert 10**axis.high >= ends[1] * (1 - _SLACK)
    assert 2 <= len(axis.ticks) <= max(most, 5)
    assert all(axis.low - _SLACK <= math.log10(tick) <= axis.high + _SLACK for tick in axis.ticks)


@given(st.floats(0, 1e7), st.integers(1, 12))
def test_a_clock_shows_everything(high: float, most: int) -> None:
    axis = clock_axis(high, most)
    assert axis.low == 0
    assert axis.high >= high - _SLACK
    assert 2 <= len(axis.ticks) <= max(most, 5)


@pytest.mark.parametrize(
    ("axis", "labels"),
    [
        (column_axis(0, 20, 10), "0 5 10 15 20"),
        (column_axis(0, 5.01, 8), "0 1 2 3 4 5 6"),
        (column_axis(0, 0.4, 4), "0.0 0.2 0.4"),
        (row_axis(0.62, 2.31, 12), "0.5 1.0 1.5 2.0"),
        (row_axis(9, 73.42, 24, percent=True), "10% 20% 30% 40% 50% 60% 70% 80%"),
        (row_axis(97, 99.9, 8, percent=True), "97% 98% 99% 100%"),
        (row_axis(120, 180, 8, percent=True), "120% 140% 160% 180%"),
        (log_axis(0.05, 2.4, 8), "0.05 0.1 0.2 0.5 1 2"),
        (log_axis(1e-6, 3, 4), "1e-06 0.0001 0.01 1"),
        (clock_axis(83, 6), "0:00 0:30 1:00 1:30"),
        (clock_axis(9_000, 6), "0:00 30:00 1:00:00 1:30:00 2:00:00 2:30:00"),
    ],
)
def test_ticks_are_round_numbers(axis: Axis, labels: str) -> None:
    assert " ".join(axis.labels) == labels


def test_an_axis_rests_while_its_curve_grows_a_little() -> None:
    assert column_axis(0, 10.1, 8) == column_axis(0, 11.9, 8)


def test_values_stand_in_the_cells_of_their_ticks() -> None:
    assert row_axis(10, 80, 8).cells([10, 45, 80], 8) == [0, 4, 7]
    assert log_axis(0.01, 1, 5).cells([0.01, 0.1, 1], 11) == [0, 5, 10]
