import re
from io import StringIO
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.text import Text

from tests.documents.moving_svg import Frame, moving_svg


def _frame(*lines: Text, seconds: float = 1.0) -> Frame:
    console = Console(record=True, width=20, file=StringIO(), force_terminal=True)
    for line in lines:
        console.print(line)
    return Frame(console.export_svg(title="x"), seconds)


def _shown(svg: str, frame: int) -> str:
    """Return the text that is to be seen in a frame, as its groups' names and motion tell."""
    texts = []
    for group in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):  # noqa: S314 - our own
        span = re.fullmatch(r"f(\d+)-(\d+)", group.get("class", ""))
        if span and int(span[1]) <= frame < int(span[2]):
            texts += ["".join(text.itertext()).replace("\xa0", " ").strip() for text in group]
    return " ".join(sorted(filter(None, texts)))


def test_every_frame_shows_its_own_and_what_stays_is_there_once() -> None:
    title = Text("cifar-tui", style="bold")
    svg = moving_svg([_frame(title, Text("<1>")), _frame(title, Text("2"), seconds=3.0), _frame(Text("3"))])
    assert [_shown(svg, frame) for frame in range(3)] == ["<1> cifar-tui", "2 cifar-tui", "3"]
    assert svg.count("cifar-tui") == 1
    assert (
        "@keyframes f1-2 { 0% { visibility: hidden } 20% { visibility: visible } 80% { visibility: hidden } }"
        in svg
    )
    assert ".f1-2 { visibility: hidden; animation: f1-2 5s step-end infinite }" in svg
    assert ".f2-3 { visibility: visible;" in svg, "without motion the last one is shown"


def test_text_is_above_the_backgrounds_of_every_frame() -> None:
    svg = moving_svg([_frame(Text("a", style="white on red")), _frame(Text("b", style="white on blue"))])
    assert svg.rindex("<path") < svg.index("<text")
