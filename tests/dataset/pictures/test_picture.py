"""Pictures of any format, size and colours, as the networks take them."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from core.config.image_options import ImageOptions, Resize
from core.dataset.images import Pixels
from core.dataset.pictures.picture import read_picture
from tests.dataset.pictures.samples import AT_32, done, encoded, noise, read

RED, BLUE = (200, 30, 40), (20, 30, 210)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF", "TGA", "ICO")


def halves(width: int = 64, height: int = 64) -> Image.Image:
    """Return an image whose left half is red, and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def ends(pixels: Pixels) -> tuple[list[int], list[int]]:
    """Return the pixels at the left and at the right of the middle row."""
    side = len(pixels)
    assert pixels.shape == (side, side, 3)
    assert pixels.dtype == np.uint8
    return pixels[side // 2, 2].tolist(), pixels[side // 2, -3].tolist()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("size", [(32, 32), (200, 90), (16, 12)])
def test_any_format_and_size_is_read(form: str, size: tuple[int, int]) -> None:
    found = read(encoded(halves(*size), form, **({"sizes": [size]} if form == "ICO" else {})))
    assert found.format == form
    left, right = ends(found.pixels)
    assert np.abs(np.subtract(left, RED)).max() < 40
    assert np.abs(np.subtract(right, BLUE)).max() < 40


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA", "CMYK", "YCbCr", "I;16", "PA"])
def test_any_mode_is_read(mode: str) -> None:
    grey = Image.new("L", (40, 40), 0)
    grey.paste(255, (20, 0, 40, 40))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        image = (grey if mode in {"1", "LA"} else grey.convert("RGB")).convert(mode)
    content = encoded(image, "TIFF" if mode in {"CMYK", "YCbCr"} else "PNG" if mode != "PA" else "WEBP")
    assert ends(read(content).pixels) == ([0] * 3, [255] * 3)


def test_images_that_need_nothing_are_as_pillow_decodes_them() -> None:
    for content in (encoded(noise(32, 32), "JPEG", quality=60), encoded(noise(32, 32), "PNG")):
        found = read(content)
        assert np.array_equal(found.pixels, np.asarray(Image.open(io.BytesIO(content))))
        assert not found.adjustments


def test_the_ending_of_a_name_says_nothing(tmp_path: Path) -> None:
    halves(32, 32).save(tmp_path / "a.txt", "BMP")
    assert read_picture(str(tmp_path / "a.txt"), AT_32).format == "BMP"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_as_its_exif_says(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(halves(), form, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        upright = ends(np.asarray(ImageOps.exif_transpose(image).convert("RGB").resize((32, 32))))
    assert np.abs(np.subtract(ends(read(content).pixels), upright)).max() < 60
    assert done(content).startswith("1 image turned by EXIF; ") == (orientation > 1)


def test_the_size_is_that_of_the_upright_image() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for form in ("JPEG", "TIFF"):
        told = done(encoded(noise(64, 48), form, exif=exif))
        assert told == "1 image turned by EXIF; 1 image of 48×64 scaled and cropped to 32×32"


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_of_several_pictures_the_first_is_read(form: str) -> None:
    content = encoded(halves(32, 32), form, save_all=True, append_images=[halves(32, 32).rotate(180)])
    assert ends(read(content).pixels)[0][0] > 100
    assert done(content) == "1 image with several pictures, the first taken"


def test_a_jpeg_with_a_second_picture_is_a_jpeg() -> None:
    found = read(encoded(halves(32, 32), "MPO", save_all=True, append_images=[halves(32, 32)]))
    assert found.format == "JPEG"
    assert not found.adjustments


def test_what_is_transparent_is_put_on_white() -> None:
    clear = Image.new("RGBA", (32, 32), (200, 100, 50, 255))
    assert not read(encoded(clear, "PNG")).adjustments
    clear.putpixel((0, 0), (200, 100, 50, 0))
    clear.putpixel((1, 0), (200, 100, 50, 128))
    found = read(encoded(clear, "PNG"))
    assert found.pixels[0, :3].tolist() == [[255, 255, 255], [227, 177, 152], [200, 100, 50]]
    assert str(found.adjustments) == "1 image with transparency, put on white"


def test_a_colour_that_stands_for_nothing_becomes_white() -> None:
    palette = Image.new("P", (32, 32), 1)
    palette.putpalette([0, 0, 0, 200, 100, 50])
    for content, shade in (
        (encoded(palette, "PNG", transparency=1), 255),
        (encoded(palette, "PNG", transparency=0), 200),
        (encoded(palette, "GIF", transparency=1), 255),
        (encoded(Image.new("RGB", (32, 32), (9, 8, 7)), "PNG", transparency=(9, 8, 7)), 255),
        (encoded(Image.new("RGB", (32, 32), (9, 8, 7)), "PNG", transparency=(9, 8, 6)), 9),
        (encoded(Image.new("L", (32, 32), 9), "PNG", transparency=9), 255),
    ):
        assert read(content).pixels[0, 0, 0] == shade
        assert ("with transparency" in done(content)) == (shade == 255)


def test_colours_of_print_and_of_lab_are_converted() -> None:
    for form in ("JPEG", "TIFF"):
        content = encoded(halves(32, 32).convert("CMYK"), form)
        assert np.abs(np.subtract(ends(read(content).pixels), (RED, BLUE))).max() < 30
        assert done(content) == "1 image of CMYK or LAB, converted"
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.applyTransform(halves(32, 32), ImageCms.buildTransform(*profiles, "RGB", "LAB"))
    assert lab is not None
    assert np.abs(np.subtract(ends(read(encoded(lab, "TIFF")).pixels), (RED, BLUE))).max() < 12


def test_a_large_photo_is_almost_what_all_of_its_pixels_give() -> None:
    photo = noise(30, 20).resize((1600, 1200), Image.Resampling.BICUBIC)
    content = encoded(photo, "JPEG", quality=95)
    whole = np.asarray(ImageOps.fit(Image.open(io.BytesIO(content)), (32, 32), Image.Resampling.BICUBIC))
    assert np.abs(read(content).pixels.astype(int) - whole).max() <= 3


def test_fine_patterns_become_their_mean() -> None:
    stripes = Image.fromarray(np.tile(np.array([[0, 255]], np.uint8), (320, 160)))
    pixels = read(encoded(stripes, "PNG")).pixels
    assert np.abs(pixels.astype(int) - 127).max() <= 4


@pytest.mark.parametrize("resize", Resize)
def test_every_size_is_reached(resize: Resize) -> None:
    for side in (32, 64, 96):
        for size in ((1, 1), (65_535, 1), (1, 3_000), (95, 96), (33, 200), (4 * side, 8 * side)):
            content = encoded(noise(*size, 1), "PNG")
            assert read(content, ImageOptions(side, resize)).pixels.shape == (side, side, 3)


def test_it_is_read_as_it_is_where_warnings_are_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        palette = Image.new("P", (32, 32), 1)
        read(encoded(palette, "PNG", transparency=b"\x00\x80"))
