import pytest

from tests.faults.fuzz import READERS, fed


@pytest.mark.parametrize("name", READERS)
def test_whatever_a_reader_is_fed_comes_out_as_a_value_or_one_line(name: str) -> None:
    tally = fed(name, cases=300)
    assert tally.cases > 0
    assert tally.examples == []
    assert tally.survived == tally.cases
