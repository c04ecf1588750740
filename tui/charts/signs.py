"""The signs curves are drawn with, so that they can be told apart without colour and without UTF-8."""

from dataclasses import dataclass
from typing import Final

from textual.app import App

from tui.charts.curve import Curve, CurveStyle

_DASHES: Final = ((1, 1), (8, 5), (4, 2), (16, 13), (16, 6), (6, 1))
_LINES: Final = ("━", "╍", "┅", "╺", "╸", "┉")
_SIGNS: Final = {
    (CurveStyle.LINE, False): _LINES,
    (CurveStyle.LINE, True): ("*", "+", "=", "~", ":", ";"),
    (CurveStyle.MARKERS, False): ("●", "▲", "■", "◆", "▼", "◉"),
    (CurveStyle.MARKERS, True): ("o", "x", "#", "@", "%", "&"),
    (CurveStyle.FAINT, True): (".",),
}
_ASCII: Final = str.maketrans("│─┈└├┤┬·…", "|--++++|~")  # what axes and words are made of


@dataclass(frozen=True, slots=True)
class Signs:
    """What a chart may draw with: whether colours are seen, and whether there is but ASCII."""

    colour: bool = True
    ascii_only: bool = False

    def pen(self, curve: Curve) -> str:
        """Return the sign of a curve: in a legend, of markers and in ASCII also in the plot."""
        signs = _SIGNS[curve.style, self.ascii_only]
        return signs[0] if signs is _LINES and self.colour else signs[_place(curve.look, len(signs))]

    def text(self, text: str) -> str:
        """Return `text` as it may be shown."""
        return text.translate(_ASCII) if self.ascii_only else text

    def dash(self, look: int) -> tuple[int, int]:
        """Return after how many dots a line's pattern repeats, and how many of them are drawn."""
        return (1, 1) if self.colour or self.ascii_only else _DASHES[_place(look, len(_DASHES))]


def _place(look: int, count: int) -> int:
    """Return which of `count` signs a look has; looks that share a colour have different ones."""
    return (look + look // count) % count


def signs_of(app: App[object]) -> Signs:
    """Return what the app's terminal can show."""
    return Signs(colour=not app.no_color, ascii_only=getattr(app, "ascii_only", False))
