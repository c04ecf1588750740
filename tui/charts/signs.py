"""The signs curves are drawn with, so that they can be told apart without colour and without UTF-8."""

from dataclasses import dataclass
from typing import Final

from textual.app import App

from core.config.presets import Norm
from core.results.run_styles import SHAPES, Shape
from tui.charts.curve import Curve, CurveStyle

_SOLID: Final = SHAPES[0].line
_TOLD_BY_COLOUR: Final = frozenset(SHAPES[: len(Norm)])  # those of norms that have but one setting
_ALWAYS: Final = (1, 1)
_ASCII: Final = str.maketrans("│─┈└├┤┬·…", "|--++++|~")  # what axes and words are made of


@dataclass(frozen=True, slots=True)
class Signs:
    """What a chart may draw with: whether colours are seen, and whether there is but ASCII."""

    colour: bool = True
    ascii_only: bool = False

    def pen(self, curve: Curve) -> str:
        """Return the sign of a curve: in a legend, of markers and in ASCII also in the plot."""
        shape = curve.shape
        if curve.style is CurveStyle.MARKERS:
            return shape.ascii_mark if self.ascii_only else shape.mark
        if self.ascii_only:
            return "." if curve.style is CurveStyle.FAINT else shape.ascii_line
        return _SOLID if self.dash(shape) == _ALWAYS else shape.line

    @property
    def mark(self) -> str:
        """The sign where a run diverged."""
        return "X" if self.ascii_only else "✗"

    @property
    def shade(self) -> str:
        """The sign of a band where nothing else is."""
        return "," if self.ascii_only else "⡂"

    def text(self, text: str) -> str:
        """Return `text` as it may be shown."""
        return text.translate(_ASCII) if self.ascii_only else text

    def dash(self, shape: Shape) -> tuple[int, int]:
        """Return after how many dots a line's pattern repeats, and how many of them are drawn."""
        told = self.ascii_only or (self.colour and shape in _TOLD_BY_COLOUR)
        return _ALWAYS if told else (shape.dash_period, shape.dash_drawn)


def signs_of(app: App[object]) -> Signs:
    """Return what the app's terminal can show."""
    return Signs(colour=not app.no_color, ascii_only=getattr(app, "ascii_only", False))
