"""Pictures that are damaged, or made to do harm: read right or refused in words, and nothing is written."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core.config.image_options import ImageOptions
from core.dataset.pictures.errors import PictureError
from tests.dataset.pictures.samples import chunk, deep_png, done, encoded, huge_png, noise, read, tiff

PNG = encoded(noise(), "PNG")
JPEG = encoded(noise(), "JPEG")
GIF = encoded(noise(), "GIF")
BMP = encoded(noise(), "BMP")
TIFF = encoded(noise(), "TIFF")
FAX = encoded(noise(channels=1).convert("1"), "TIFF", compression="group4")
ANIMATED = encoded(noise(), "GIF", save_all=True, append_images=[noise().rotate(180)])
CROPPED = "1 image of 64×48 scaled and cropped to 32×32"
SEVERAL = "1 image with several pictures, the first taken"


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_garbage_for_exif(garbage: bytes) -> bytes:
    return encoded(noise(), "JPEG", exif=b"Exif\0\0" + garbage)


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


READ = {
    "huge text": (PNG[:33] + chunk(b"tEXt", b"k\0" + b"x" * 1_000_000) + PNG[33:], CROPPED),
    "nothing behind the pixels": (PNG[:-12], CROPPED),
    "more behind the end": (PNG + b"more" * 99, CROPPED),
    "exif of nothing": (with_garbage_for_exif(b""), CROPPED),
    "exif of noise": (with_garbage_for_exif(b"\xff" * 60), CROPPED),
    "exif that leads nowhere": (with_garbage_for_exif(b"II*\0\xff\xff\xff\xff"), CROPPED),
    "exif of no such turn": (encoded(noise(), "JPEG", exif=oriented(99)), CROPPED),
    "a profile of noise": (encoded(noise(), "JPEG", icc_profile=b"noise" * 30), CROPPED),
    "a thousand pages": (
        encoded(noise(32, 32), "TIFF", save_all=True, append_images=[noise(8, 8)] * 999),
        SEVERAL,
    ),
    "a damaged second picture": (ANIMATED[: len(ANIMATED) * 3 // 4], f"{SEVERAL}; {CROPPED}"),
    "upside down": (BMP[:22] + struct.pack("<i", -48) + BMP[26:], CROPPED),
    "icons": (
        encoded(noise(256, 256), "ICO", sizes=[(16, 16), (256, 256)]),
        "1 image of 256×256 scaled to 32×32",
    ),
    "one pixel": (encoded(noise(1, 1), "PNG"), "1 image of 1×1 scaled to 32×32"),
    "a line": (encoded(noise(65_535, 1), "PNG"), "1 image of 65535×1 scaled and cropped to 32×32"),
}

CUT = "image file is truncated"
DAMAGED = "it is damaged"
UNKNOWN = "no picture of a format that is read here"
LARGE = "it has more than 89,478,485 pixels; scale it down"
REFUSED = {
    "nothing": (b"", "the file is empty"),
    "a page": (b"<html>404 not found</html>", UNKNOWN),
    "a program for Ghostscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", UNKNOWN),
    "a phone's": (
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "it is HEIC, which is not read here; save it as JPEG",
    ),
    "noise": (np.random.default_rng(0).bytes(5_000), UNKNOWN),
    "half a PNG": (half(PNG), CUT),
    "half a JPEG": (half(JPEG), CUT),
    "half a GIF": (half(GIF), CUT),
    "half a BMP": (half(BMP), CUT),
    "half a TIFF": (half(TIFF), CUT),
    "half a WebP": (half(encoded(noise(), "WEBP")), DAMAGED),
    "half a JPEG 2000": (half(encoded(noise(), "JPEG2000")), DAMAGED),
    "half a deep PNG": (half(deep_png(np.arange(3 * 81**2, dtype=np.uint16).reshape(81, 81, 3), 2)), CUT),
    "a wrong checksum": (PNG[:60] + b"\0\1" + PNG[62:], DAMAGED),
    "no pixels": (PNG[:33] + chunk(b"IEND", b""), DAMAGED),
    "no frames": (GIF[: 13 + 768] + b";", UNKNOWN),
    "text that unpacks to much": (
        PNG[:33] + chunk(b"zTXt", b"k\0\0" + zlib.compress(b"x" * 50_000_000)) + PNG[33:],
        DAMAGED,
    ),
    "pixels beyond any memory": (huge_png(60_000), LARGE),
    "many pixels": (huge_png(10_000), LARGE),
    "many pixels in a BMP": (BMP[:18] + struct.pack("<ii", 100_000, 100_000) + BMP[26:], LARGE),
}


@pytest.mark.parametrize(("content", "told"), READ.values(), ids=READ)
def test_it_is_read(content: bytes, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert done(content) == told
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused(content: bytes, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PictureError) as refused:
        read(content)
    assert str(refused.value).startswith(told)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("form", [{}, {"subsampling": 0}, {"quality": 95}])
def test_a_jpeg_that_was_cut_and_closed_is_refused(form: dict[str, int]) -> None:
    content = encoded(noise(), "JPEG", **form)
    for share in (0.3, 0.5, 0.8):
        with pytest.raises(PictureError, match=CUT):
            read(content[: int(len(content) * share)] + b"\xff\xd9")


def test_a_large_one_is_told_as_well() -> None:
    content = encoded(noise().resize((640, 480)), "JPEG")
    assert read(content).pixels.shape == (32, 32, 3)
    with pytest.raises(PictureError, match=CUT):
        read(half(content) + b"\xff\xd9")


def test_what_is_as_grey_as_what_is_missing_is_read() -> None:
    for mode, colour in (("RGB", (128, 128, 128)), ("L", 128)):
        for options in ({}, {"progressive": True}):
            for size in ((64, 64), (1_501, 1_003)):
                content = encoded(Image.new(mode, size, colour), "JPEG", **options)
                assert (read(content).pixels == 128).all()
                assert (read(content + b"more").pixels == 128).all()


def test_whatever_is_changed_it_is_read_or_refused(capfd: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    forms = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "JPEG2000", "ICO", "TGA")
    kinds = [*(encoded(noise(40, 36), form) for form in forms), tiff(np.zeros((9, 9, 4), np.uint16)), FAX]
    read_ones, reasons = 0, set()
    for _ in range(600):
        content = bytearray(kinds[rng.integers(len(kinds))])
        for place in rng.integers(min(len(content), 400), size=rng.integers(1, 6)):
            content[place] = rng.integers(256)
        try:
            read_ones += read(bytes(content), ImageOptions()).pixels.shape == (32, 32, 3)
        except PictureError as error:
            reasons.add(str(error))
    assert 100 < read_ones < 600
    assert len(reasons) < 12
    assert not any("\n" in reason for reason in reasons)
    assert capfd.readouterr() == ("", "")
