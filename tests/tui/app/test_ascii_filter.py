import pytest
from rich.segment import Segment
from textual.color import Color

from tui.app.ascii_filter import AsciiFilter
from tui.command.launch import has_utf8


def filtered(text: str) -> str:
    return "".join(s.text for s in AsciiFilter().apply([Segment(text)], Color(0, 0, 0)))


@pytest.mark.parametrize(
    ("drawn", "ascii_only"),
    [
        ("╭─ Loss ─╮", "+- Loss -+"),
        ("│✓ done  │", "|v done  |"),
        ("━━──", "----"),
        ("⠉⣿⠀⢸", ".* *"),
        ("8×32×32", "8x32x32"),
        ("日本", "????"),
        ("plain", "plain"),
    ],
)
def test_every_line_is_ascii_and_keeps_its_columns(drawn: str, ascii_only: str) -> None:
    assert filtered(drawn) == ascii_only


@pytest.mark.parametrize(
    ("environment", "utf8"),
    [
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "C"}, False),
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, False),
        ({"LC_ALL": "", "LC_CTYPE": "C.utf8"}, True),
        ({}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "C.UTF-8", "TERM": "linux"}, False),
    ],
)
def test_the_locale_tells_whether_the_terminal_has_utf8(environment: dict[str, str], *, utf8: bool) -> None:
    assert has_utf8(environment) is utf8
