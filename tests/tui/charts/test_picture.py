import base64
import io

import pytest
from PIL import Image

from tui.charts.picture import LARGE, SMALL, half_blocks, pixel_rows, shades


def _png(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _halves() -> str:
    """White above, black below."""
    image = Image.new("RGB", (32, 32), "black")
    image.paste("white", (0, 0, 32, 16))
    return _png(image)


def test_a_cell_shows_two_pixels() -> None:
    image = Image.new("RGB", (32, 32), (10, 20, 30))
    image.putpixel((3, 4), (200, 100, 50))
    rows = pixel_rows(_png(image), LARGE)
    assert (len(rows), len(rows[0])) == (32, 32)
    segment = half_blocks(rows[4], rows[5])[3]
    assert segment.text == "▀"
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    assert tuple(segment.style.color.get_truecolor()) == (200, 100, 50)
    assert tuple(segment.style.bgcolor.get_truecolor()) == (10, 20, 30)


def test_in_little_room_pixels_are_averaged() -> None:
    image = Image.new("RGB", (32, 32), "black")
    image.putpixel((0, 0), (200, 100, 40))
    rows = pixel_rows(_png(image), SMALL)
    assert (len(rows), len(rows[0])) == (16, 16)
    assert rows[0][0] == (50, 25, 10)


def test_without_colour_light_is_ink_on_dark_and_dark_is_ink_on_light() -> None:
    rows = pixel_rows(_halves(), SMALL)
    assert (shades(*rows[:2], dark=True), shades(*rows[-2:], dark=True)) == ("@" * 16, " " * 16)
    assert (shades(*rows[:2], dark=False), shades(*rows[-2:], dark=False)) == (" " * 16, "@" * 16)


def test_a_grey_image_has_its_colours() -> None:
    assert set(pixel_rows(_png(Image.new("L", (8, 8), 77)), SMALL)[5]) == {(77, 77, 77)}


@pytest.mark.parametrize("png", ["no base64", "", base64.b64encode(b"no PNG").decode(), _halves()[:90]])
def test_a_broken_image_is_told(png: str) -> None:
    with pytest.raises(ValueError, match="unreadable"):
        pixel_rows(png, LARGE)
