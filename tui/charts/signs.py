"""The signs curves are drawn with, so that they can be told apart without colour and without UTF-8."""

from dataclasses import dataclass
from typing import Final

from textual.app import App

from core.config.presets import Norm
from core.results.run_styles import SHAPES, Shape
from tui.charts.curve import Curve, CurveStyle

_SOLID: Final = SHAPES[0].line
_THIN: Final = "─"
_TOLD_BY_COLOUR: Final = frozenset(SHAPES[: len(Norm)])  # those of norms that have but one setting
_ALWAYS: Final = (1, 1)
_ASCII_LINES: Final = {CurveStyle.LINE: ".", CurveStyle.FAINT: "'"}
_ASCII: Final = str.maketrans("│─┈└├┤┬·…", "|--++++|~")  # what axes and words are made of


@dataclass(frozen=True, slots=True)
class Signs:
    """What a chart may draw with: whether colours are seen, and whether there is but ASCII."""

    colour: bool = True
    ascii_only: bool = False

    def pen(self, curve: Curve) -> str:
        """Return the one sign of a curve: its mark, or that of its line."""
        if curve.style is CurveStyle.MARKED:
            return curve.shape.ascii_mark if self.ascii_only else curve.shape.mark
        return self.line(curve)

    def sample(self, curve: Curve) -> str:
        """Return a piece of a curve as a legend has it: of a marked one, its line and a mark."""
        return self.line(curve) + (self.pen(curve) if curve.style is CurveStyle.MARKED else "")

    def line(self, curve: Curve) -> str:
        """Return the sign of a curve's line; in ASCII it is what the plot draws with."""
        strong, shape = curve.style.leads, curve.shape
        if self.ascii_only:
            return shape.ascii_line if strong else _ASCII_LINES[curve.style]
        if self.dash(shape) != _ALWAYS:
            return shape.line
        return _SOLID if strong else _THIN

    @property
    def shared(self) -> str:
        """The mark where points of several curves stand in one cell."""
        return "M" if self.ascii_only else "◉"

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
