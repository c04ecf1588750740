"""One picture's bytes, of any format, size and depth, as the networks take it.

Training, the start screen and `predict` all read pictures by this, so that they see the same pixels.
"""

import io
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from core.config.image_options import ImageOptions
from core.dataset.adjustments import Adjustments, Kind, Met, adjusted
from core.dataset.image_tree.endings import IMAGE_FORMATS, why_none
from core.dataset.images import Pixels
from core.dataset.picture_size import Size
from core.dataset.pictures.colours import in_colours
from core.dataset.pictures.cut_jpeg import ends_early
from core.dataset.pictures.deep_pixels import is_deep, rawmode_of, scaled_to_eight_bits
from core.dataset.pictures.errors import PictureError
from core.dataset.pictures.fitting import fitted, way_of
from core.dataset.pictures.quiet_pillow import quiet_pillow

_ALSO_CALLED: Final = {"MPO": "JPEG"}
_MAY_TURN: Final = frozenset({"exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"})
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE: Final = 5  # the first of them that makes height of width
_MAY_CHANGE: Final = _MAY_TURN | {"transparency", "loop", "default_image"}
_PLAIN: Final = frozenset({"JPEG", "PNG", "BMP", "PPM"})
_MAY_MOVE: Final = frozenset({"GIF", "PNG", "WEBP", "AVIF", "TIFF"})
_DRAFT: Final = 3  # times the side that is left of a JPEG, of which a half, a quarter or an eighth is decoded
_NOTHING: Final = Adjustments()
_HEAD: Final = 12
_TRUNCATED: Final = "image file is truncated"


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`pixels` are bytes (side, side, 3), red first; `format` is Pillow's name of it, "JPEG" or "PNG"."""

    pixels: Pixels
    format: str
    adjustments: Adjustments = _NOTHING


def read_picture(file: str | BinaryIO, options: ImageOptions) -> Picture:
    """Return the picture in `file`, a path or a file open for reading, as a square of `options.size`.

    The format is told by the content. It is turned as its EXIF says; of several pictures it is the first;
    what is transparent is put on white, grey is tripled, 16 bits are scaled to 8. Then it is brought to its
    size as `options.resize` says: by bicubic interpolation, which takes all pixels into account.

    Raises:
        PictureError: it is no picture, damaged, or none of shades.
        OSError: a file of that path cannot be opened.
    """
    with quiet_pillow():
        return decoded_picture(file, options)


def decoded_picture(file: str | BinaryIO, options: ImageOptions) -> Picture:
    """Do what `read_picture` does, within `quiet_pillow`."""
    if isinstance(file, str):
        file = io.BytesIO(Path(file).read_bytes())
    try:
        with Image.open(file, formats=IMAGE_FORMATS) as image:
            return _of(image, file, options)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(_unknown(file)) from None
    except Image.DecompressionBombError:
        raise PictureError(_too_large()) from None
    except MemoryError:
        raise PictureError("it takes more memory than there is") from None
    except Exception as error:  # noqa: BLE001 - a hostile file makes Pillow's readers raise whatever they can
        raise PictureError(_reason(error)) from None


def _of(image: ImageFile.ImageFile, file: BinaryIO, options: ImageOptions) -> Picture:
    size, side = Size(*image.size), options.size
    if Image.MAX_IMAGE_PIXELS is not None and size.width * size.height > Image.MAX_IMAGE_PIXELS:
        raise PictureError(_too_large())
    form = _ALSO_CALLED.get(str(image.format), str(image.format))
    draft = (_DRAFT * side, _DRAFT * side) if form == "JPEG" and min(size) >= 2 * _DRAFT * side else None
    if draft is not None:
        image.draft(None, draft)
    raw = rawmode_of(image)
    deep = form != "JPEG" and is_deep(image, file)
    # TIFF is turned as it is loaded, and its size is as it will be then
    turn = _turn(image) if form == "TIFF" else 1
    image.load()
    if form == "JPEG" and ends_early(image, file, draft):
        raise PictureError(_TRUNCATED)
    if image.mode == "RGB" and size == (side, side) and not deep and _is_plain(image, form):
        return Picture(np.asarray(image), form)
    colours, kinds = in_colours(scaled_to_eight_bits(image, raw, file) if deep else image)
    if form != "TIFF" and (turn := _turn(image)) in _TURNS:
        colours = colours.transpose(_TURNS[turn])
        size = Size(*reversed(size)) if turn >= _ON_ITS_SIDE else size
    way = way_of(size, options)
    square = fitted(colours, way, side)
    pixels = np.asarray(square if square.mode == "RGB" else square.convert("RGB"))
    done = [
        *([Met(Kind.TURNED)] if turn in _TURNS else []),
        *([Met(Kind.DEEP)] if deep else []),
        *map(Met, kinds),
        *([Met(Kind.FIRST)] if form in _MAY_MOVE and _has_several(image) else []),
        *([Met(way, size)] if way is not None else []),
    ]
    return Picture(pixels, form, adjusted(side, *done) if done else _NOTHING)


def _is_plain(image: Image.Image, form: str) -> bool:
    """Tell whether an image in colours needs no look at what else its file says: the fast way of most."""
    return form in _PLAIN and _MAY_CHANGE.isdisjoint(image.info)


def _turn(image: Image.Image) -> int:
    """Return how the image is to be turned; EXIF that makes no sense says nothing."""
    if image.format != "TIFF" and _MAY_TURN.isdisjoint(image.info):
        return 1
    with suppress(Exception):
        turn = image.getexif().get(ExifTags.Base.Orientation, 1)
        return turn if isinstance(turn, int) else 1
    return 1


def _has_several(image: Image.Image) -> bool:
    with suppress(Exception):  # what follows the first may be damaged: nobody needs it
        return bool(getattr(image, "is_animated", False))
    return False


def _unknown(file: BinaryIO) -> str:
    file.seek(0)
    return why_none(file.read(_HEAD))


def _too_large() -> str:
    return f"it has more than {Image.MAX_IMAGE_PIXELS:,} pixels; scale it down"


def _reason(error: Exception) -> str:
    """Say in words what Pillow says of a damaged file."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    cut = isinstance(error, EOFError) or "truncated" in str(error).lower()
    return _TRUNCATED if cut else "it is damaged, or of a kind that is not read here"
