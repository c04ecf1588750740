import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.printable import printable, printable_lines

_ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    "text",
    [
        "airplane",
        "飛行機 é",
        "می\u200cخواهم",  # noqa: RUF001 - Persian, with the joiner that parts its letters
        "क्\u200dष",  # Hindi, with the one that joins them
        "👨\u200d👩\u200d👧",
        "❤\ufe0f",
    ],
)
def test_words_of_every_writing_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


@given(_ANY)
def test_nothing_is_left_that_steers_a_terminal_or_turns_the_writing(text: str) -> None:
    for shown in (printable(text), printable_lines(text).replace("\n", ""), str(InputError(text))):
        kept = shown.replace("\u200c", "").replace("\u200d", "")
        assert {unicodedata.category(sign) for sign in kept}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
        shown.encode()
        assert printable(shown) == shown


def test_codes_of_colours_and_titles_leave_no_trace_in_several_lines() -> None:
    text = "\x1b[31mred\x1b[0m\n\x1b]0;title\x07words\x1b]52;c;AAAA\x1b\\ more\n"
    assert printable_lines(text) == "red\nwords more\n"
