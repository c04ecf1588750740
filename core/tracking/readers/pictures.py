"""Pictures of strangers' files, made such as an event can hold."""

import base64
import io
import math
import struct
import warnings
import zlib
from typing import Final

from PIL import Image

from core.runs.limits import MOST_PIXELS

_MOST_DECODED: Final = 2**24  # pixels, of which a smaller picture is made
_MOST_BYTES: Final = 3 * 2**20  # four letters of base64 for three of them
_REFUSED: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError, struct.error, zlib.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises for bytes that are no picture."""


def png_of(encoded: bytes) -> str | None:
    """Return a PNG or JPEG picture as PNG in base64, made smaller where it has too many pixels for an event.

    None is returned for what is no picture, or one that would take more than 2^24 pixels in memory; that is
    seen before it is decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(encoded), formats=("PNG", "JPEG")) as image:
                if not 0 < image.width * image.height <= _MOST_DECODED:
                    return None
                image.load()
                content = encoded if _fits(image, encoded) else _encoded(image)
    except _REFUSED:
        return None
    return base64.b64encode(content).decode() if len(content) <= _MOST_BYTES else None


def _fits(image: Image.Image, encoded: bytes) -> bool:
    pixels = image.width * image.height
    return image.format == "PNG" and pixels <= MOST_PIXELS and len(encoded) <= _MOST_BYTES


def _encoded(image: Image.Image) -> bytes:
    picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    scale = math.sqrt(MOST_PIXELS / (image.width * image.height))
    if scale < 1:
        picture = picture.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
