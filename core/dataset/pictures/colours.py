"""What is a picture's colours: red, green and blue, or grey, of whatever the file has instead."""

from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from core.dataset.adjustments import Kind
from core.dataset.pictures.errors import PictureError
from core.dataset.pictures.fitting import on_white

_GREYS: Final = frozenset({"1", "L", "LA", "La"})
_WITH_ALPHA: Final = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_OPAQUE: Final = 255


def in_colours(image: Image.Image) -> tuple[Image.Image, list[Kind]]:
    """Return an image of 8 bits a channel in red, green and blue, or grey, and what was done for that.

    Raises:
        PictureError: it has something else that has no colours.
    """
    kinds = [Kind.GREY] if image.mode in _GREYS else []
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        clear = image.convert("RGBA")
        if clear.getchannel("A").getextrema()[0] != _OPAQUE:
            return Image.fromarray(on_white(np.asarray(clear))), [Kind.TRANSPARENT, *kinds]
        return clear.convert("RGB"), kinds
    if image.mode in {"RGB", "L"}:
        return image, kinds
    if image.mode == "1":
        return image.convert("L"), kinds
    if image.mode == "LAB":
        return _from_lab(image), [Kind.CONVERTED]
    if image.mode == "CMYK":
        kinds.append(Kind.CONVERTED)
    try:
        return image.convert("RGB"), kinds
    except ValueError:
        raise PictureError(f"its colours are {image.mode}; save it in red, green and blue") from None


def _from_lab(image: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(image, _lab_to_rgb())
    if converted is None:
        raise PictureError("its colours are LAB; save it in red, green and blue")
    return converted


@cache
def _lab_to_rgb() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
