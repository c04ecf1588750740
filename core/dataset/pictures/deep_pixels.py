"""Pictures of 16 bits a channel, scaled to 8 and not cut.

Pillow has no kind of image for colours of 16 bits: it drops the lower 8 as it decodes. But it can read these
bytes of either order, so a file that is decoded once more as if its order were the other gives the lower 8.
"""

import sys
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffTags

from core.dataset.pictures.errors import PictureError
from core.dataset.pictures.fitting import eight_bits

_OTHER_ORDER: Final = {
    ";16B": ";16L",
    ";16L": ";16B",
    ";16N": ";16B" if sys.byteorder == "little" else ";16L",
}
_GREATEST: Final = 65_535
_TAGS: Final = {tag.name: number for number, tag in TiffTags.TAGS_V2.items()}
_JPEG2000_SIZE: Final = b"\xff\x4f\xff\x51"  # how its stream of data begins, and with it the number of bits
_TO_THE_BITS: Final = 42
_MOST_HEADER: Final = 2**20
_BYTE: Final = 8


def is_deep(image: ImageFile.ImageFile, file: BinaryIO) -> bool:
    """Tell of an image that was not loaded yet whether it has more than 8 bits a channel.

    Raises:
        PictureError: it has, and Pillow would cut them.
    """
    if image.mode[:1] in {"I", "F"} or max(_tiff(image, "BitsPerSample", (_BYTE,))) > _BYTE:
        return True
    if image.format == "JPEG2000" and _jpeg2000_bits(file) > _BYTE:
        raise PictureError("it is JPEG 2000 in colours of more than 8 bits; save it as PNG")
    return any(";16" in _rawmode(tile) for tile in image.tile)


def scaled_to_eight_bits(image: Image.Image, raw: str, file: BinaryIO) -> Image.Image:
    """Return an image that is deep and was loaded, with 8 bits a channel.

    `raw` is what `rawmode_of` said of it before that.

    Raises:
        PictureError: its numbers are no shades from black to white.
    """
    if image.mode == "F":
        raise PictureError("it has floating-point numbers for pixels; save it with 8 or 16 bits a channel")
    if image.mode == "I" and image.format != "PPM":  # of which Pillow makes 16 bits there
        raise PictureError("it has 32 bits a pixel, or negative ones; save it with 8 or 16 bits a channel")
    if image.mode.startswith("I"):
        return _grey(image)
    return _colours(image, raw, file)


def rawmode_of(image: ImageFile.ImageFile) -> str:
    """Return how an image that was not loaded yet is coded, as Pillow calls it."""
    return _rawmode(image.tile[0]) if image.tile else ""


def _grey(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    shades = eight_bits(values, 2 ** min(_tiff(image, "BitsPerSample", (16,))) - 1)
    if _tiff(image, "PhotometricInterpretation", 1) == 0:  # white is 0, which Pillow minds with 8 bits alone
        shades = 255 - shades
    clear = image.info.get("transparency")
    if clear is None:
        return _image("L", shades)
    opaque = np.where(values == clear, 0, 255).astype(np.uint8)
    return _image("LA", np.stack((shades, opaque), axis=-1))


def _colours(image: Image.Image, raw: str, file: BinaryIO) -> Image.Image:
    if raw.startswith("LA"):  # four bytes a pixel, which are all there if they are taken for four channels
        pairs = _decoded_as("RGBA", image, file)
        return _image("LA", eight_bits(pairs[..., ::2] * np.uint16(256) + pairs[..., 1::2]))
    order = raw[-4:]
    if order not in _OTHER_ORDER or _tiff(image, "PlanarConfiguration", 1) != 1:
        raise PictureError("it has 16 bits a channel, and one channel behind the other; save it as PNG")
    straight = raw.replace("a", "A")
    upper = np.asarray(image) if straight == raw else _decoded_as(straight, image, file)
    values = upper * np.uint16(256) + _decoded_as(straight[:-4] + _OTHER_ORDER[order], image, file)
    if straight != raw:
        values = _undone(values)
    clear = image.info.get("transparency")
    if image.mode == "RGB" and clear is not None:
        opaque = np.where((values == clear).all(axis=-1, keepdims=True), 0, _GREATEST)
        return _image("RGBA", eight_bits(np.concatenate((values, opaque), axis=-1)))
    return _image(image.mode, eight_bits(values))


def _decoded_as(raw: str, image: Image.Image, file: BinaryIO) -> NDArray[np.uint16]:
    """Decode the file once more, as if it were coded otherwise."""
    file.seek(0)
    with Image.open(file, formats=(str(image.format),)) as again:
        again.tile = [tile._replace(args=_with_rawmode(tile.args, raw)) for tile in again.tile]
        return np.asarray(again).astype(np.uint16)


def _undone(values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Divide colours by how opaque they are, with which they were multiplied."""
    wide = values.astype(np.uint64)
    opaque = np.maximum(wide[..., 3:], 1)
    wide[..., :3] = np.minimum((wide[..., :3] * _GREATEST + opaque // 2) // opaque, _GREATEST)
    return wide.astype(np.uint16)


def _image(mode: str, values: NDArray[np.uint8]) -> Image.Image:
    height, width = values.shape[:2]
    return Image.frombytes(mode, (width, height), values.tobytes())


def _tiff(image: Image.Image, tag: str, default: Any) -> Any:  # noqa: ANN401 - each tag has a type of its own
    return getattr(image, "tag_v2", {}).get(_TAGS[tag], default)


def _rawmode(tile: Any) -> str:  # noqa: ANN401 - Pillow's, with whatever a reader has for its decoder
    args = tile.args
    return str(args[0]) if isinstance(args, tuple) and args else str(args)


def _with_rawmode(args: Any, raw: str) -> Any:  # noqa: ANN401 - likewise
    return (raw, *args[1:]) if isinstance(args, tuple) else raw


def _jpeg2000_bits(file: BinaryIO) -> int:
    """Return the bits of the first channel, as the file's header has them."""
    place = file.tell()
    file.seek(0)
    head = file.read(_MOST_HEADER)
    file.seek(place)
    at = head.find(_JPEG2000_SIZE) + _TO_THE_BITS
    return (head[at] & 0x7F) + 1 if _TO_THE_BITS <= at < len(head) else 0
