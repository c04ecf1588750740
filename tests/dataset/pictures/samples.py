"""Pictures for the tests: as bytes, also of kinds that Pillow does not write."""

import io
import struct
import zlib
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.config.image_options import ImageOptions
from core.dataset.pictures.picture import Picture, read_picture

AT_32 = ImageOptions()


def noise(width: int = 64, height: int = 48, channels: int = 3) -> Image.Image:
    """Return an image of chance, grey where it has one channel."""
    pixels = np.random.default_rng(width + height).integers(0, 256, (height, width, channels), np.uint8)
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def read(content: bytes, options: ImageOptions = AT_32) -> Picture:
    return read_picture(io.BytesIO(content), options)


def done(content: bytes, options: ImageOptions = AT_32) -> str:
    return str(read(content, options).adjustments)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def deep_png(values: NDArray[np.uint16], colour_type: int, *more: bytes) -> bytes:
    """Write a PNG of 16 bits a channel; `more` are chunks before its pixels."""
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + pixels


def huge_png(side: int) -> bytes:
    """Write the beginning of a PNG that says it has so many pixels a side."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def tiff(values: NDArray[Any], order: Literal["<", ">"] = "<", *, packed: bool = False, **tags: int) -> bytes:
    """Write a TIFF of one strip, in such an `order` of bytes; `tags` replace the usual ones."""
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim > 2 else 1
    strip = values.astype(values.dtype.newbyteorder(order)).tobytes()
    strip = zlib.compress(strip) if packed else strip
    bits = tags.get("bits", values.dtype.itemsize * 8)
    found = {
        256: tags.get("width", width),
        257: height,
        259: 8 if packed else 1,
        262: tags.get("photometric", 2 if channels > 2 else 1),
        273: 8,
        277: channels,
        278: height,
        279: len(strip),
        284: tags.get("planar", 1),
    }
    if "extra" in tags:
        found[338] = tags["extra"]
    strip += b"\0" * (len(strip) % 2)
    entries = [(tag, 3 if value < 2**16 else 4, 1, value) for tag, value in found.items()]
    tail = struct.pack(f"{order}{channels}H", *[bits] * channels)
    at = 8 + len(strip)
    entries.append((258, 3, channels, at if channels > 2 else bits))
    table = b"".join(
        struct.pack(f"{order}HHI", tag, kind, count)
        + (
            struct.pack(f"{order}HH", value, 0)
            if kind == 3 and count == 1
            else struct.pack(f"{order}I", value)
        )
        for tag, kind, count, value in sorted(entries)
    )
    mark = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, at + len(tail))
    return mark + strip + tail + struct.pack(f"{order}H", len(entries)) + table + bytes(4)
