import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.packed import PackedCounts, PackedFloats


@given(st.lists(st.floats(allow_nan=False)))
def test_floats_are_those_they_were_made_from(numbers: list[float]) -> None:
    packed = PackedFloats(numbers)
    assert packed == tuple(numbers)
    assert tuple(numbers) == packed
    assert hash(packed) == hash(tuple(numbers))
    assert len(packed) == len(numbers)
    assert packed[1:] == tuple(numbers)[1:]
    assert repr(packed) == repr(tuple(numbers))


def test_floats_that_are_no_numbers_stay_so() -> None:
    infinite, nothing = PackedFloats([math.inf, math.nan])
    assert infinite == math.inf
    assert math.isnan(nothing)


@given(st.integers(0, 5).flatmap(lambda width: st.lists(st.tuples(*[st.integers(0, 2**53)] * width))))
def test_a_table_has_the_rows_it_was_made_from(rows: list[tuple[int, ...]]) -> None:
    packed = PackedCounts(rows)
    assert packed == tuple(rows)
    assert tuple(rows) == packed
    assert hash(packed) == hash(tuple(rows))
    assert list(packed) == rows
    assert packed[1:] == tuple(rows)[1:]
    assert [packed[-1]] == rows[-1:] if rows else len(packed) == 0
    assert repr(packed) == repr(tuple(rows))


def test_a_table_of_uneven_rows_is_none() -> None:
    with pytest.raises(ValueError, match="rows of several lengths"):
        PackedCounts([(1, 2), (3,)])


def test_what_is_packed_differs_from_other_numbers() -> None:
    assert PackedFloats([1.0]) != (2.0,)
    assert PackedFloats([1.0]) != 1.0
    assert PackedCounts([(1,)]) != ((1, 0),)
    assert PackedCounts([(1,)]) != 1
