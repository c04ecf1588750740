"""Tell a JPEG that was cut, and closed with an end mark by whoever cut it: Pillow reads it without a word."""

import io
from typing import BinaryIO, Final

from PIL import Image, ImageChops

_MISSING: Final = (128, (128, 128, 128))  # grey or in colours: what libjpeg makes of what is not there
_END: Final = b"\xff\xd9"
_MORE: Final = bytes.fromhex("5a3c") * 4_000


def ends_early(image: Image.Image, file: BinaryIO, draft: tuple[int, int] | None) -> bool:
    """Tell whether the data of `image`, a JPEG that was loaded from `file`, end before its pixels do.

    Where the last pixel is of the grey that stands for what is missing, it is decoded once more with
    data behind its end: where it was complete, nobody looks at them. Of a progressive JPEG it is seen only
    where its first pass is cut. `draft` is the size that was asked for, where not all was decoded.
    """
    corner = image.getpixel((image.width - 1, image.height - 1))
    if corner not in _MISSING:
        return False
    file.seek(0)
    content = file.read()
    end = content.rfind(_END)
    if end < 0:
        return False
    longer = io.BytesIO(content[:end] + _MORE + content[end:])
    with Image.open(longer, formats=("JPEG",)) as again:
        if draft is not None:
            again.draft(None, draft)
        return ImageChops.difference(again, image).getbbox() is not None
