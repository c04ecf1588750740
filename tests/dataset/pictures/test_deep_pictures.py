"""Pictures of 16 bits a channel: scaled to 8 and rounded, whatever Pillow cuts."""

import io
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.dataset.images import Pixels
from core.dataset.pictures.errors import PictureError
from tests.dataset.pictures.samples import chunk, deep_png, done, encoded, read, tiff

VALUES = np.random.default_rng(7).integers(0, 65_536, (32, 32, 4)).astype(np.uint16)

ROUNDED_TWICE = 1.3  # colours, and how opaque they are


def rounded(values: NDArray[np.uint16]) -> Pixels:
    shades = np.rint(values / 257).astype(np.uint8)
    return np.repeat(shades, 3, -1) if shades.shape[-1] == 1 else shades


def composed(values: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Return colours on white, exactly; the last channel is how opaque they are."""
    opaque = values[..., -1:] / 65_535
    return np.broadcast_to((values[..., :-1] / 257) * opaque + 255 * (1 - opaque), (32, 32, 3))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiffs_are_rounded(order: Literal["<", ">"], channels: int, *, packed: bool) -> None:
    values = VALUES[..., :channels]
    content = tiff(values, order, packed=packed)
    assert np.array_equal(read(content).pixels, rounded(values))
    assert done(content).startswith("1 image of more than 8 bits a channel, scaled to 8")


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3)])
def test_pngs_are_rounded(colour_type: int, channels: int) -> None:
    values = VALUES[..., :channels]
    assert np.array_equal(read(deep_png(values, colour_type)).pixels, rounded(values))


@pytest.mark.parametrize(("colour_type", "channels"), [(4, 2), (6, 4)])
def test_transparent_pngs_are_composed(colour_type: int, channels: int) -> None:
    values = VALUES[..., :channels]
    assert np.abs(read(deep_png(values, colour_type)).pixels - composed(values)).max() <= ROUNDED_TWICE
    assert "with transparency, put on white" in done(deep_png(values, colour_type))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
def test_transparent_tiffs_are_composed(order: Literal["<", ">"], *, packed: bool) -> None:
    content = tiff(VALUES, order, packed=packed, extra=2)
    assert np.abs(read(content).pixels - composed(VALUES)).max() <= ROUNDED_TWICE
    multiplied = (VALUES[..., :3] * (VALUES[..., 3:] / 65_535)).astype(np.uint16)
    content = tiff(np.concatenate((multiplied, VALUES[..., 3:]), -1), order, packed=packed, extra=1)
    assert np.abs(read(content).pixels - composed(VALUES)).max() <= ROUNDED_TWICE


def test_one_colour_can_stand_for_nothing() -> None:
    values = np.full((32, 32, 3), 1_000, np.uint16)
    values[0, 0] = 999  # of which the upper bits are the same
    clear = chunk(b"tRNS", b"\x03\xe8" * 3)
    assert read(deep_png(values, 2, clear)).pixels[0, :2].tolist() == [[4] * 3, [255] * 3]
    grey = values[..., :1]
    assert read(deep_png(grey, 0, chunk(b"tRNS", b"\x03\xe8"))).pixels[0, :2].tolist() == [[4] * 3, [255] * 3]


def test_other_greys_go_from_black_to_white() -> None:
    for packed, shade in (("fff" * 4, 255), ("801" * 4, 128), ("00f" * 4, 1)):
        twelve = tiff(np.frombuffer(bytes.fromhex(packed), np.uint8).reshape(2, 3), bits=12, width=2)
        assert (read(twelve).pixels == shade).all()
    inverted = tiff(VALUES[..., :1], photometric=0)
    assert np.array_equal(read(inverted).pixels, 255 - rounded(VALUES[..., :1]))
    ppm = b"P6 32 32 1023\n" + (VALUES[..., :3] >> 6).astype(">u2").tobytes()
    assert np.abs(read(ppm).pixels - (VALUES[..., :3] >> 6) * (255 / 1023)).max() <= 0.51
    pgm = b"P5 32 32 1023\n" + (VALUES[..., :1] >> 6).astype(">u2").tobytes()
    assert np.abs(read(pgm).pixels - (VALUES[..., :1] >> 6) * (255 / 1023)).max() <= 0.51


def test_a_jpeg_2000_in_grey_is_scaled_and_one_in_colours_is_refused() -> None:
    grey = encoded(Image.fromarray(VALUES[..., 0]), "JPEG2000")
    assert np.array_equal(read(grey).pixels, rounded(VALUES[..., :1]))
    colours = encoded(Image.fromarray(np.zeros((32, 32, 3), np.uint8)), "JPEG2000", no_jp2=True)
    with pytest.raises(PictureError, match="JPEG 2000 in colours of more than 8 bits; save it as PNG"):
        read(colours[:42] + b"\x0f" + colours[43:])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (encoded(Image.new("F", (9, 9)), "TIFF"), "floating-point numbers for pixels"),
        (encoded(Image.new("I", (9, 9)), "TIFF"), "32 bits a pixel"),
        (
            tiff(VALUES[..., :3].transpose(2, 0, 1).reshape(32, 32, 3), planar=2),
            "one channel behind the other",
        ),
    ],
)
def test_what_cannot_be_scaled_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(PictureError, match=told):
        read(content)


def test_a_turned_one_is_turned_once() -> None:
    values = VALUES[..., :3].copy()
    picture = io.BytesIO(
        deep_png(
            values, 2, chunk(b"eXIf", bytes.fromhex("4d4d002a00000008000101120003000000010006000000000000"))
        )
    )
    assert np.array_equal(read(picture.getvalue()).pixels, np.rot90(rounded(values), -1))
