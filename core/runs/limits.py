"""What the values of an event can be: the event file may be a stranger's, or damaged.

A number of an event is finite, a whole one at most `MOST` either way, a text printable and on one line; where
a field is to take more or less, its type says so by a name from here. `core.runs.event_codec` holds to it.
"""

import base64
import binascii
import math
import struct
from dataclasses import dataclass
from typing import Annotated, Final

MOST: Final = 2**53
"""The greatest whole number: every one up to it is a float's, too."""

FEWEST_CLASSES: Final = 2
"""What networks are trained to tell apart; an event's table may be of one."""
MOST_CLASSES: Final = 1_000
MOST_IMAGES: Final = 10_000_000
MOST_PIXELS: Final = 2**20
"""Of a picture in an event, before it is decoded; ours have 1,024."""

_GREATEST_32_BIT: Final = 3.5e38
_PNG_HEAD: Final = struct.Struct(">8s4x4sII")
_PNG_HEAD_BASE64: Final = 32  # characters, of 24 bytes


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`; `open_ended` ones may be NaN or infinite as well."""

    low: float
    high: float
    open_ended: bool = False

    def check(self, value: float) -> None:
        """Raise ValueError for a number that is not in the range."""
        if not self.low <= value <= self.high and not (self.open_ended and not math.isfinite(value)):
            raise ValueError(f"{value} is not from {self.low} to {self.high}")

    def check_all(self, values: tuple[float, ...]) -> None:
        """Raise ValueError where one of many numbers is not in the range."""
        if values and not (self.low <= min(values) and max(values) <= self.high):
            for value in values:
                self.check(value)


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is kept as `kind` has it, cut to `most` characters."""

    kind: str
    most: int


Whole = Range(-MOST, MOST)
Finite = Range(-1e15, 1e15)
Line = Text("line", 65_536)

Count = Annotated[int, Range(0, MOST)]
"""How many there are of something."""
Images = Annotated[int, Range(0, MOST_IMAGES)]
Epoch = Annotated[int, Range(1, 100_000)]
Step = Annotated[int, Range(0, 10 * MOST_IMAGES)]
ClassIndex = Annotated[int, Range(0, MOST_CLASSES - 1)]
Side = Annotated[int, Range(1, 2**20)]
"""Of a tensor."""
Seconds = Annotated[float, Range(0, 1e9)]
Measured = Annotated[float, Range(-_GREATEST_32_BIT, _GREATEST_32_BIT, open_ended=True)]
"""What training computes, in 32 bits: it may diverge."""
Magnitude = Annotated[float, Range(0, _GREATEST_32_BIT, open_ended=True)]
"""A norm of such numbers."""
Share = Annotated[float, Range(0, 1.001, open_ended=True)]
"""From 0 to 1 and a rounding; NaN of a network that has diverged."""
Lines = Annotated[str, Text("lines", 262_144)]
"""Text of several lines."""
Command = Annotated[str, Text("line", 2**21)]
"""As long as a system lets a command be."""
Encoded = Annotated[str, Text("base64", 2**22)]
Png = Annotated[str, Text("png", 2**22)]
"""A picture in base64, of at most `MOST_PIXELS`."""


def png_size(png: str) -> tuple[int, int]:
    """Return the width and height that a PNG in base64 says it has, without decoding it.

    Raises:
        ValueError: it is no PNG, or has no pixel, or more than `MOST_PIXELS`.
    """
    try:
        head = base64.b64decode(png[:_PNG_HEAD_BASE64], validate=True)
        sign, chunk, width, height = _PNG_HEAD.unpack(head)
    except (binascii.Error, struct.error) as error:
        raise ValueError("no picture") from error
    if (sign, chunk) != (b"\x89PNG\r\n\x1a\n", b"IHDR") or not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"no PNG of at most {MOST_PIXELS:,} pixels")
    return width, height
