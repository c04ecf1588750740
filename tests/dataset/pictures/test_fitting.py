"""Arrays of many images, as each would be as a file of its own."""

import numpy as np
import pytest
from PIL import Image

from core.config.image_options import ImageOptions, Resize
from core.dataset.adjustments import Kind
from core.dataset.picture_size import Size
from core.dataset.pictures.fitting import fit_array, way_of
from tests.dataset.pictures.samples import encoded, read

OPTIONS = [ImageOptions(side, resize) for side in (32, 64) for resize in Resize]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: f"{options.size}-{options.resize}")
@pytest.mark.parametrize("channels", [(), (1,), (3,), (4,)])
def test_they_are_as_pictures_are(options: ImageOptions, channels: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    for height, width in ((28, 28), (32, 32), (64, 48), (32, 41), (10, 7), (1, 1), (100, 31)):
        images = rng.integers(0, 256, (3, height, width, *channels), np.uint8)
        pixels, adjustments = fit_array(images, options)
        assert pixels.shape == (3, options.size, options.size, 3)
        for image, row in zip(images, pixels, strict=True):
            plain = image[..., 0] if channels == (1,) else image
            found = read(encoded(Image.fromarray(plain), "PNG"), options)
            assert np.array_equal(row, found.pixels)
            assert found.adjustments.counts.keys() == adjustments.counts.keys()
        assert set(adjustments.counts.values()) <= {3}


def test_small_images_are_padded_with_black() -> None:
    pixels, adjustments = fit_array(np.full((5, 28, 28), 200, np.uint8), ImageOptions())
    assert (pixels[:, 2:30, 2:30] == 200).all()
    assert pixels.sum() == 5 * 28 * 28 * 3 * 200
    assert adjustments.lines() == ("5 images in grey, tripled", "5 images of 28×28 padded to 32×32")


def test_what_needs_nothing_is_not_copied() -> None:
    images = np.zeros((2, 32, 32, 3), np.uint8)
    pixels, adjustments = fit_array(images, ImageOptions())
    assert pixels is images
    assert not adjustments


def test_sixteen_bits_are_scaled_and_rounded() -> None:
    values = np.arange(65_536, dtype=np.uint16)[: 32 * 32 * 64].reshape(64, 32, 32)
    pixels, adjustments = fit_array(values, ImageOptions())
    assert np.array_equal(pixels[..., 0], np.rint(values / 257))
    assert adjustments.of(Kind.DEEP) == 64


def test_transparency_is_counted_where_there_is_some() -> None:
    images = np.full((600, 32, 32, 4), 255, np.uint8)
    images[510:, 3, 3, 3] = 254
    _, adjustments = fit_array(images, ImageOptions())
    assert adjustments.lines() == ("90 images with transparency, put on white",)


def test_none_are_none() -> None:
    pixels, adjustments = fit_array(np.zeros((0, 28, 28), np.uint8), ImageOptions())
    assert pixels.shape == (0, 32, 32, 3)
    assert not adjustments


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 32, 32), np.float32),
        np.zeros((32, 32), np.uint8),
        np.zeros((2, 32, 32, 2), np.uint8),
        np.zeros((2, 0, 32), np.uint8),
    ],
)
def test_what_are_no_images_is_refused(images: np.typing.NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match=r"no images of|without pixels"):
        fit_array(images, ImageOptions())


@pytest.mark.parametrize(
    ("size", "crop", "pad", "stretch"),
    [
        ((32, 32), None, None, None),
        ((28, 28), Kind.PADDED, Kind.PADDED, Kind.SCALED),
        ((24, 3), Kind.PADDED, Kind.PADDED, Kind.STRETCHED),
        ((23, 23), Kind.SCALED, Kind.SCALED, Kind.SCALED),
        ((23, 22), Kind.SCALED_AND_CROPPED, Kind.SCALED_AND_PADDED, Kind.STRETCHED),
        ((32, 20), Kind.PADDED, Kind.PADDED, Kind.STRETCHED),
        ((40, 32), Kind.CROPPED, Kind.SCALED_AND_PADDED, Kind.STRETCHED),
        ((500, 375), Kind.SCALED_AND_CROPPED, Kind.SCALED_AND_PADDED, Kind.STRETCHED),
        ((64, 64), Kind.SCALED, Kind.SCALED, Kind.SCALED),
    ],
)
def test_the_way_of_a_size(
    size: tuple[int, int], crop: Kind | None, pad: Kind | None, stretch: Kind | None
) -> None:
    ways = [way_of(Size(*size), ImageOptions(32, resize)) for resize in Resize]
    assert ways == [crop, pad, stretch]
    assert ways == [way_of(Size(*size[::-1]), ImageOptions(32, resize)) for resize in Resize]
