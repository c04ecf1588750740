"""An image file of any kind and size, as the networks take it."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.dataset.image_file import SIDE, rgb
from core.dataset.images import Pixels
from core.errors import InputError

# all that are pictures alone: of others, Pillow starts a program to draw them
_FORMATS: Final = (
    "JPEG",
    "PNG",
    "GIF",
    "BMP",
    "WEBP",
    "TIFF",
    "PPM",
    "ICO",
    "JPEG2000",
    "AVIF",
    "TGA",
)
_BITS_TOO_MANY: Final = 8
_GREATEST: Final = 65_535


def read_any_image(file: Path, side: int = SIDE) -> Pixels:
    """Return the image in `file` as bytes (side, side, 3), red first.

    It is turned as its camera says; of several pictures it is the first; of 16 bits the upper 8 are taken.
    Grey is tripled and transparency dropped, as of the images of training. One of such a size is then taken
    as it is, of any other the square in the middle, scaled.

    Raises:
        InputError: it is no image, damaged, or too large; the message names it.
    """
    if not file.is_file():
        reason = "is a folder or no file" if file.exists() else "no such file"
        raise InputError(f"{file}: {reason}; give image files, or folders of them")
    with _named(file), Image.open(file, formats=_FORMATS) as image:
        upright = _eight_bits(ImageOps.exif_transpose(image), file)
        if upright.size != (side, side):
            upright = ImageOps.fit(upright, (side, side), Image.Resampling.BICUBIC)
        return np.asarray(upright)


def _eight_bits(image: Image.Image, file: Path) -> Image.Image:
    """Return the image in red, green and blue, 8 bits each."""
    if image.mode == "F":
        raise InputError(f"{file}: has floating-point pixels; save it with 8 or 16 bits a channel")
    if image.mode.startswith("I"):
        values = np.asarray(image)
        if values.min() < 0 or values.max() > _GREATEST:
            raise InputError(f"{file}: has 32 bits a pixel; save it with 8 or 16 bits a channel")
        image = Image.fromarray((values >> _BITS_TOO_MANY).astype(np.uint8))
    return rgb(image)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Turn what Pillow raises into an InputError that names the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UnidentifiedImageError:
        raise InputError(f"{file}: is no image that is known here, such as JPEG, PNG, GIF or WebP") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"{file}: has more than {Image.MAX_IMAGE_PIXELS:,} pixels; scale it down") from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, MemoryError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{file}: can't be read ({reason})") from error
