import base64
import struct
import zlib

import pytest

from core.runs.limits import MOST_PIXELS, png_size
from core.tracking.readers.pictures import png_of
from tests.tracking.readers.made_pictures import encoded_picture


def png_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return content


def test_a_small_png_is_kept_as_it_is() -> None:
    encoded = encoded_picture("PNG", 5, 7)
    assert png_of(encoded) == base64.b64encode(encoded).decode()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_becomes_a_png(mode: str) -> None:
    png = png_of(encoded_picture("JPEG", 5, 7, mode))
    assert png is not None
    assert png_size(png) == (5, 7)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_made_smaller(kind: str) -> None:
    png = png_of(encoded_picture(kind, 2_048, 1_024))
    assert png is not None
    width, height = png_size(png)
    assert 0.9 * MOST_PIXELS < width * height <= MOST_PIXELS
    assert width == pytest.approx(2 * height, abs=2)


def head(width: int, height: int) -> bytes:
    return struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)


BOMB = zlib.compress(bytes(2**24))


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"no picture",
        encoded_picture("PNG", 9, 9)[:45],
        encoded_picture("JPEG", 9, 9)[:200],
        encoded_picture("GIF", 9, 9),
        encoded_picture("BMP", 9, 9),
        png_chunks((b"IHDR", head(60_000, 60_000)), (b"IDAT", BOMB), (b"IEND", b"")),
        png_chunks((b"IHDR", head(10_000, 10_000)), (b"IDAT", BOMB), (b"IEND", b"")),
        png_chunks((b"IHDR", head(0, 0)), (b"IEND", b"")),
        png_chunks((b"IHDR", head(4, 4)), (b"IEND", b"")),
        png_chunks((b"IHDR", b"")),
    ],
)
def test_what_is_no_picture_or_a_bomb_is_none(encoded: bytes) -> None:
    assert png_of(encoded) is None


def test_text_that_unpacks_to_much_is_not_unpacked() -> None:
    text = b"Comment\x00\x00" + zlib.compress(bytes(2**25))
    png = encoded_picture("PNG", 4, 4)
    body = png_chunks((b"zTXt", text))[8:]
    assert png_of(png[:33] + body + png[33:]) in {None, base64.b64encode(png[:33] + body + png[33:]).decode()}
