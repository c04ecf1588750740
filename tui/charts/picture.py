"""A small test image in the terminal: two pixels a cell, or shades of grey in characters without colour."""

import base64
import io
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from core.runs.events import Misclassified
from tui.charts.ink import PLAIN, fitted
from tui.charts.palette import Palette
from tui.charts.signs import Signs, signs_of
from tui.charts.themed import Themed

LARGE: Final = Size(32, 16)  # cells: every pixel of a test image of CIFAR-10 is seen
SMALL: Final = Size(16, 8)
_SHADES: Final = " .:-=+*#%@"  # from none to much ink
_UNREADABLE: Final = "unreadable"

Pixel = tuple[int, int, int]  # red, green, blue
Row = tuple[Pixel, ...]


def pixel_rows(png: str, size: Size) -> tuple[Row, ...]:
    """Decode a PNG in base64 to two rows of pixels a line of `size`, averaged where it has more.

    Raises:
        ValueError: the PNG is broken.
    """
    from PIL import Image  # noqa: PLC0415 - not needed before the first picture

    try:
        with Image.open(io.BytesIO(base64.b64decode(png, validate=True)), formats=("PNG",)) as image:
            fit = image.convert("RGB").resize((size.width, 2 * size.height), Image.Resampling.BOX)
    except (ValueError, OSError, SyntaxError) as error:  # Pillow raises all three for a broken PNG
        raise ValueError(_UNREADABLE) from error
    values = iter(fit.tobytes())
    pixels = tuple(zip(values, values, values, strict=True))
    return tuple(pixels[start : start + size.width] for start in range(0, len(pixels), size.width))


def half_blocks(upper: Row, lower: Row) -> list[Segment]:
    """Return one line that shows two rows of pixels: upper half blocks, the lower pixels behind them."""
    return [
        Segment("▀", Style.from_color(Color.from_rgb(*top), Color.from_rgb(*bottom)))
        for top, bottom in zip(upper, lower, strict=True)
    ]


def shades(upper: Row, lower: Row, *, dark: bool) -> str:
    """Return one line that shows two rows of pixels in characters: light is much ink on a `dark` ground."""
    ramp = _SHADES if dark else _SHADES[::-1]
    lights = [
        (299 * (a[0] + b[0]) + 587 * (a[1] + b[1]) + 114 * (a[2] + b[2]))
        / 510_000  # 0 to 1, as eyes weigh it
        for a, b in zip(upper, lower, strict=True)
    ]
    return "".join(ramp[round(light * (len(ramp) - 1))] for light in lights)


def picture_lines(png: str, size: Size, signs: Signs, plain: Style, *, dark: bool) -> list[Strip]:
    """Draw a PNG in base64 in the lines of `size`, as `signs` allow; words in its place are `plain`."""
    try:
        rows = pixel_rows(png, size)
    except ValueError:
        return [Strip([Segment(fitted(_UNREADABLE, min(size.width, len(_UNREADABLE))), plain)])]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    if signs.colour and not signs.ascii_only:
        return [Strip(half_blocks(*pair)) for pair in pairs]
    return [Strip([Segment(shades(*pair, dark=dark), plain)]) for pair in pairs]


class Picture(Themed):
    """Draws one test image: large where there is room for it, else small."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Picture {
        width: 16;
        height: 8;
    }
    """

    def __init__(self, found: Misclassified | None = None) -> None:
        super().__init__()
        self._found = found
        self._lines: list[Strip] = []
        self._made_for = Size(0, 0)

    def show(self, found: Misclassified | None) -> None:
        """Show another image, or none."""
        if found != self._found:
            self._found = found
            self.recolour()

    def recolour(self) -> None:
        """Redraw the image."""
        self._made_for = Size(0, 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one of the picture's lines; all are made when the first is asked for."""
        if self._made_for != self.size:
            self._lines, self._made_for = self._made(), self.size
        blank = Palette(self).style(PLAIN)
        line = self._lines[y] if y < len(self._lines) else Strip([])
        return line.adjust_cell_length(self.size.width, blank)

    def _made(self) -> list[Strip]:
        if self._found is None:
            return []
        fits = self.size.width >= LARGE.width and self.size.height >= LARGE.height
        size, plain = LARGE if fits else SMALL, Palette(self).style(PLAIN)
        dark = self.app.current_theme.dark
        return picture_lines(self._found.png, size, signs_of(self.app), plain, dark=dark)
