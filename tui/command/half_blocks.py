"""A small image in the output of a command, drawn as the dashboard draws it."""

from rich.segment import Segment, Segments

from tui.charts.picture import Row, half_blocks, shades

_SIDE = 32  # pixels


def drawn(pixels: bytes, *, colour: bool) -> Segments:
    """Draw `pixels`, 32 by 32 of three bytes: 16 lines of 32 cells, in shades of grey without `colour`."""
    values = iter(pixels)
    all_pixels = tuple(zip(values, values, values, strict=True))
    rows: list[Row] = [all_pixels[start : start + _SIDE] for start in range(0, len(all_pixels), _SIDE)]
    segments: list[Segment] = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        segments += half_blocks(upper, lower) if colour else [Segment(shades(upper, lower, dark=True))]
        segments.append(Segment.line())
    return Segments(segments[:-1])
