"""Images of any kind and size, as the networks take them."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset.any_image import read_any_image
from core.dataset.image_file import opened_image
from core.errors import InputError

RED, BLUE = (200, 30, 40), (20, 30, 210)


def halves(width: int = 64, height: int = 64) -> Image.Image:
    """Return an image whose left half is red, and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def corners(file: Path) -> tuple[list[int], list[int]]:
    """Return the pixels at the left and at the right of the middle row, as they are read."""
    pixels = read_any_image(file)
    assert pixels.shape == (32, 32, 3)
    assert pixels.dtype == np.uint8
    return pixels[16, 2].tolist(), pixels[16, 29].tolist()


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.webp", "a.tif", "a.ppm", "a.jp2", "a.gif", "a.tga"])
@pytest.mark.parametrize("size", [(32, 32), (64, 64), (200, 90), (90, 200), (16, 12)])
def test_any_format_and_size_is_read(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    halves(*size).save(tmp_path / name)
    left, right = corners(tmp_path / name)
    assert np.abs(np.subtract(left, RED)).max() < 40
    assert np.abs(np.subtract(right, BLUE)).max() < 40


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I"])
def test_any_mode_is_read(mode: str, tmp_path: Path) -> None:
    file = tmp_path / ("a.tif" if mode in {"CMYK", "YCbCr", "I"} else "a.png")
    grey = Image.new("L", (40, 40), 0)
    grey.paste(255, (20, 0, 40, 40))
    if mode.startswith("I"):
        wide = np.asarray(grey).astype(np.uint16) * 257
        Image.fromarray(wide.astype(np.int32) if mode == "I" else wide).save(file)
    else:
        (grey if mode in {"1", "LA"} else grey.convert("RGB")).convert(mode).save(file)
    assert corners(file) == ([0] * 3, [255] * 3)


def test_an_image_of_training_is_read_as_training_reads_it(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(256, size=(32, 32, 4), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    Image.fromarray(noise[..., :3]).save(tmp_path / "a.jpg", quality=60)
    for name in ("a.png", "a.jpg"):
        with opened_image(str(tmp_path / name), tmp_path, name) as (image, _):
            assert np.array_equal(read_any_image(tmp_path / name), np.asarray(image))


def test_it_is_turned_as_the_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down, and so left is right
    halves().save(tmp_path / "a.jpg", exif=exif)
    left, right = corners(tmp_path / "a.jpg")
    assert left[2] > left[0]
    assert right[0] > right[2]


def test_of_a_moving_picture_the_first_is_read(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.gif", save_all=True, append_images=[halves().rotate(180)])
    assert corners(tmp_path / "a.gif")[0][0] > 100


def huge(side: int) -> bytes:
    """Return the beginning of a PNG that says it has so many pixels a side."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no image"),
        (b"hello", "is no image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no image"),  # a program: Ghostscript's
        (huge(10_000), "89,478,485 pixels"),
        (huge(60_000), "89,478,485 pixels"),
        (huge(100), "can't be read"),
    ],
)
def test_what_is_no_image_is_refused_in_words(content: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(content)
    with pytest.raises(InputError, match=told) as refused:
        read_any_image(file)
    assert str(refused.value).startswith(f"{file}: ")


def test_numbers_that_are_no_shades_are_refused(tmp_path: Path) -> None:
    Image.new("F", (9, 9)).save(tmp_path / "a.tif")
    with pytest.raises(InputError, match="floating-point"):
        read_any_image(tmp_path / "a.tif")
    Image.fromarray(np.full((9, 9), 70_000, np.int32)).save(tmp_path / "b.tif")
    with pytest.raises(InputError, match="32 bits"):
        read_any_image(tmp_path / "b.tif")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.png", Path("/dev/zero")):
        with pytest.raises(InputError, match="give image files"):
            read_any_image(path)
