import pytest
from rich.cells import cell_len

from core.results.cut_names import cut_inside
from tests.report.many_classes import SCRIPTS, class_names
from tui.charts.class_words import class_words, distinct_words


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("width", [4, 7, 12])
def test_names_of_any_letters_fit_and_differ(script: str, width: int) -> None:
    words = class_words(class_names(100, 30, script), width, range(100))
    assert len(set(words)) == 100
    assert all(0 < cell_len(word) <= width for word in words)


def test_names_are_cut_at_their_ends_where_that_tells_them_apart() -> None:
    assert distinct_words(["airplane", "automobile", "bird"], 5) == ("airp…", "auto…", "bird")
    assert distinct_words(["class-one", "class-two"], 7) == ("cla…one", "cla…two")
    assert distinct_words(["a-class-a", "a-other-a"], 3) is None
    assert class_words(["a-class-a", "a-other-a"], 3, [7, 8]) == ("7 …", "8 …")


def test_a_name_that_fits_is_not_cut() -> None:
    assert cut_inside("猫", 2) == "猫"
    assert cut_inside("猫猫猫", 5) == "猫…猫"
    assert cut_inside("猫猫", 3) == "猫…"
    assert cut_inside("abc", 0) == ""
