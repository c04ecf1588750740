import re

from hypothesis import given
from hypothesis import strategies as st

from core.report import markup


@given(st.text())
def test_any_text_is_one_cell_of_one_line(text: str) -> None:
    cell = markup.escaped(text)
    assert len(cell.splitlines()) <= 1
    assert re.search(r"(?<!\\)(\\\\)*[|`<*_\[]", cell) is None


@given(st.text())
def test_no_text_ends_its_code_block_early(text: str) -> None:
    opening, *content, closing = markup.code_block(text).split("\n")
    assert opening == f"{closing}text"
    assert not any(line.strip().startswith(closing) for line in content)


def test_colours_of_a_terminal_are_left_out() -> None:
    assert markup.escaped("\x1b[1;31mKilled\x1b[0m\x07") == "Killed"


def test_words_are_listed_as_in_a_sentence() -> None:
    assert markup.listed(["batch"]) == "batch"
    assert markup.listed(["batch", "layer", "group"]) == "batch, layer and group"
