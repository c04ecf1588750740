"""A small image in the output of a command, drawn as the dashboard draws it."""

from math import isqrt

from PIL import Image
from rich.segment import Segment, Segments

from tui.charts.picture import Row, half_blocks, shades

_MOST_SIDE = 32  # pixels that are drawn


def drawn(pixels: bytes, *, colour: bool) -> Segments:
    """Draw `pixels`, a square of three bytes each: 16 lines of 32 cells, in shades of grey without `colour`.

    A larger image is averaged to that.
    """
    side = isqrt(len(pixels) // 3)
    if side > _MOST_SIDE:
        image = Image.frombytes("RGB", (side, side), pixels)
        side = _MOST_SIDE
        pixels = image.resize((side, side), Image.Resampling.BOX).tobytes()
    values = iter(pixels)
    all_pixels = tuple(zip(values, values, values, strict=True))
    rows: list[Row] = [all_pixels[start : start + side] for start in range(0, len(all_pixels), side)]
    segments: list[Segment] = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        segments += half_blocks(upper, lower) if colour else [Segment(shades(upper, lower, dark=True))]
        segments.append(Segment.line())
    return Segments(segments[:-1])
