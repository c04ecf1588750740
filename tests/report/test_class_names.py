import subprocess
import sys

import pytest

from core.report import figure_text
from core.report.class_names import NAME_EMS, drawn_names, names_note

SCRIPT = "\N{CANADIAN SYLLABICS E}" * 3  # in DejaVu Sans
NO_FONT = "\N{LINEAR B SYLLABLE B008 A}"  # in none that pictures are drawn with


def test_short_names_stay_and_need_no_font() -> None:
    program = (
        "import sys\n"
        "from core.report.class_names import drawn_names\n"
        "print(*drawn_names(['cat', 'automobile']), 'matplotlib' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ended.stdout == "cat automobile False\n"


def test_a_long_name_is_cut_in_its_middle_to_what_fits() -> None:
    (name, _) = drawn_names(["north-norwegian-forest-cat-of-a-sort", "dog"])
    start, _, end = name.partition("…")
    assert "north-norwegian-forest-cat-of-a-sort".startswith(start)
    assert "north-norwegian-forest-cat-of-a-sort".endswith(end)
    assert min(len(start), len(end)) > 5
    assert NAME_EMS - 1 < figure_text.width(name) <= NAME_EMS


def test_names_that_look_alike_once_cut_and_names_that_no_font_has_are_numbers() -> None:
    names = ["a" * 100, NO_FONT, "a" * 101, SCRIPT]
    assert drawn_names(names) == ("class 0", "class 1", "class 2", SCRIPT)
    (note,) = names_note(names, range(4))
    assert note.startswith(f"In the pictures, class 0 is {'a' * 100}; class 1 is {NO_FONT}; class 2 is ")
    assert SCRIPT not in note


def test_a_name_that_looks_like_another_or_like_a_number_is_a_number() -> None:
    assert drawn_names(["caf\u00e9", "cafe\u0301", "tea"]) == ("class 0", "class 1", "tea")
    assert drawn_names(["class 1", NO_FONT, "tea"]) == ("class 0", "class 1", "tea")


def test_many_numbers_are_told_in_a_table_that_is_folded_away() -> None:
    names = [f"{NO_FONT}|{number}" for number in range(20)]
    (note,) = names_note(names, range(3, 20))
    assert note.startswith("<details>\n<summary>The names of 17 classes that have a number in the picture")
    assert note.count("\n| class ") == 17
    assert f"| class 3 | {NO_FONT}\\|3 |" in note
    assert names_note(names, [4])[0] == f"In the pictures, class 4 is {NO_FONT}\\|4."


def test_there_is_no_note_where_every_name_can_be_told() -> None:
    assert names_note(["cat", "north-norwegian-forest-cat-of-a-sort"], range(2)) == ()


@pytest.mark.parametrize(("text", "drawn"), [("a\nb", "a…b"), (f"a{NO_FONT * 2}b", "a…b"), ("cat", "cat")])
def test_other_text_has_an_ellipsis_for_what_no_font_has(text: str, drawn: str) -> None:
    assert figure_text.drawable(text) == drawn


def test_the_width_is_that_of_the_font_whatever_was_drawn_before() -> None:
    assert figure_text.width("W" * 12) == pytest.approx(12 * 0.98877, rel=1e-3)
