"""One file of an image folder: what is an image for us, and what is refused."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, UnidentifiedImageError

from core.errors import InputError

SIDE: Final = 32  # pixels
_TIMES: Final = "\N{MULTIPLICATION SIGN}"


@contextmanager
def opened_image(file: str | BinaryIO, folder: Path, name: str) -> Iterator[tuple[Image.Image, str]]:
    """Give the image in `file`, in red, green and blue, and its format, "JPEG" or "PNG".

    Of a JPEG file with several pictures, as cameras write them (MPO), it is the first.
    Raises InputError, which calls it `name` in `folder`, where it is none of 32 by 32 pixels: before it is
    decoded, however large it says it is.
    """
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as image:
            if image.size != (SIDE, SIDE):
                width, height = image.size
                raise InputError(
                    f"--data {folder}: {name} is {width}{_TIMES}{height}; images must be 32{_TIMES}32"
                )
            if image.mode.startswith(("I", "F")):
                raise InputError(
                    f"--data {folder}: {name} has 16 bits a pixel; images must have 8 bits a channel"
                )
            yield rgb(image), "JPEG" if image.format == "MPO" else str(image.format)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise InputError(
            f"--data {folder}: {name} is not a 32{_TIMES}32 JPEG or PNG image; replace or remove it"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"--data {folder}: {name} can't be read ({reason}); replace or remove it") from error


def rgb(image: Image.Image) -> Image.Image:
    """Return the image in red, green and blue; grey is tripled, transparency dropped."""
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")  # Pillow warns where this step is left out
    return image if image.mode == "RGB" else image.convert("RGB")
