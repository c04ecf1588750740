"""Bring images to the square that the networks take: one, or an array of many."""

from multiprocessing.pool import ThreadPool
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.config.image_options import ImageOptions, Resize
from core.dataset.adjustments import Adjustments, Kind, Met
from core.dataset.images import Pixels
from core.dataset.picture_size import Size
from core.environment import usable_cores

Image8 = Image.Image
"""In red, green and blue, or grey: 8 bits each."""

FILTER: Final = Image.Resampling.BICUBIC
"""Pillow widens it by how much an image is scaled down: what is too fine for the result becomes its mean."""

THREADS: Final = min(8, usable_cores())
"""Python's part of each image holds the interpreter lock; more threads only wait for it."""

_PADDED_FROM: Final = (3, 4)  # the share of the side from which an image is not scaled up
_IMAGES_A_TASK: Final = 500
_WHITE: Final = 255
_SHADES: Final = 257  # of 16 bits for one of 8: 255 * 257 is 65,535


def way_of(size: Size, options: ImageOptions) -> Kind | None:
    """Tell how an image of `size` becomes a square of `options.size`; None where it is that already.

    One that is little smaller, as 28 by 28 pixels are for 32, is padded and not blurred by scaling.
    """
    side, larger = options.size, max(size)
    few, of_many = _PADDED_FROM
    if size == (side, side):
        return None
    if options.resize is Resize.STRETCH:
        return Kind.SCALED if size.width == size.height else Kind.STRETCHED
    if larger <= side and larger * of_many >= side * few:
        return Kind.PADDED
    if options.resize is Resize.CROP and min(size) == side:
        return Kind.CROPPED
    if size.width == size.height:
        return Kind.SCALED
    return Kind.SCALED_AND_CROPPED if options.resize is Resize.CROP else Kind.SCALED_AND_PADDED


def fitted(image: Image8, way: Kind | None, side: int) -> Image8:
    """Return `image` as a square of `side` pixels, by the `way` that its size has."""
    match way:
        case None:
            return image
        case Kind.PADDED:
            return _padded(image, side)
        case Kind.CROPPED:
            left, top = ((length - side) // 2 for length in image.size)
            return image.crop((left, top, left + side, top + side))
        case Kind.SCALED_AND_CROPPED:
            return ImageOps.fit(image, (side, side), FILTER)
        case Kind.SCALED_AND_PADDED:
            larger = max(image.size)
            width, height = (max(1, round(length * side / larger)) for length in image.size)
            return _padded(image.resize((width, height), FILTER), side)
        case _:
            return image.resize((side, side), FILTER)


def fit_array(images: NDArray[Any], options: ImageOptions) -> tuple[Pixels, Adjustments]:
    """Return images of one size as bytes (N, side, side, 3), and what was done to them.

    They are (N, height, width), or with 1, 3 or 4 channels behind that: grey, colours, or those and how
    opaque each pixel is. Every one becomes what it would become as a file of its own. Those that need nothing
    are returned as they are.

    Raises:
        ValueError: they are no such images of 8 or 16 bits.
    """
    _check(images)
    count, height, width = images.shape[:3]
    size = Size(width, height)
    way = way_of(size, options)
    if way is None and images.dtype == np.uint8 and images.shape[3:] == (3,):
        return images, Adjustments()
    pixels = np.zeros((count, options.size, options.size, 3), np.uint8)

    def fill(start: int) -> int:
        """Fill one task's images; return how many had transparency."""
        some = slice(start, start + _IMAGES_A_TASK)
        colours, transparent = _eight_bit_colours(images[some])
        _fit_into(pixels[some], colours, way, options.size)
        return transparent

    with ThreadPool(THREADS) as pool:
        transparent = sum(pool.map(fill, range(0, count, _IMAGES_A_TASK)))
    done = {
        Met(Kind.TRANSPARENT): transparent,
        Met(Kind.DEEP): count * (images.dtype == np.uint16),
        Met(Kind.GREY): count * (images.shape[3:] in {(), (1,)}),
    }
    if way is not None:
        done[Met(way, size)] = count
    return pixels, Adjustments(options.size, {met: int(number) for met, number in done.items() if number})


def eight_bits(values: NDArray[Any], greatest: int = 65_535) -> Pixels:
    """Scale shades from 0 to `greatest`, rounded, to bytes."""
    wide = values.astype(np.uint32)
    scaled = (wide + _SHADES // 2) // _SHADES if greatest == _SHADES * _WHITE else _scaled(wide, greatest)
    return scaled.astype(np.uint8)


def on_white(pixels: Pixels) -> Pixels:
    """Compose (..., 4), red, green, blue and how opaque each pixel is, on white: (..., 3)."""
    colours, opaque = pixels[..., :3].astype(np.uint16), pixels[..., 3:].astype(np.uint16)
    return ((colours * opaque + _WHITE * (_WHITE - opaque) + _WHITE // 2) // _WHITE).astype(np.uint8)


def _scaled(values: NDArray[np.uint32], greatest: int) -> NDArray[np.uint32]:
    return (np.minimum(values, greatest) * _WHITE + greatest // 2) // greatest


def _padded(image: Image8, side: int) -> Image8:
    """Put an image that is no larger into the middle of a black square."""
    square = Image.new(image.mode, (side, side))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


def _check(images: NDArray[Any]) -> None:
    channels = images.shape[3:]
    if images.dtype not in (np.uint8, np.uint16) or images.ndim < 3 or channels not in {(), (1,), (3,), (4,)}:  # noqa: PLR2004 - number, height and width
        raise ValueError(f"no images of 8 or 16 bits: {images.dtype} {images.shape}")
    if 0 in images.shape[1:]:
        raise ValueError(f"images without pixels: {images.shape}")


def _eight_bit_colours(images: NDArray[Any]) -> tuple[Pixels, int]:
    """Return images as bytes with 3 channels, or 1 of grey, and how many had transparency."""
    colours = images if images.dtype == np.uint8 else eight_bits(images)
    colours = colours if colours.ndim > 3 else colours[..., np.newaxis]  # noqa: PLR2004 - as in `_check`
    if colours.shape[-1] != 4:  # noqa: PLR2004 - likewise
        return colours, 0
    transparent = np.count_nonzero(colours[..., 3].min(axis=(1, 2)) < _WHITE)
    return on_white(colours), int(transparent)


def _fit_into(pixels: Pixels, colours: Pixels, way: Kind | None, side: int) -> None:
    """Write square images of `colours` into `pixels`, which are black."""
    height, width = colours.shape[1:3]
    match way:
        case None:
            pixels[:] = colours
        case Kind.PADDED:
            top, left = (side - height) // 2, (side - width) // 2
            pixels[:, top : top + height, left : left + width] = colours
        case Kind.CROPPED:
            top, left = (height - side) // 2, (width - side) // 2
            pixels[:] = colours[:, top : top + side, left : left + side]
        case _:
            plain = colours[..., 0] if colours.shape[-1] == 1 else colours
            for row, image in zip(pixels, plain, strict=True):
                square = np.asarray(fitted(Image.fromarray(np.ascontiguousarray(image)), way, side))
                row[:] = square if square.ndim == row.ndim else square[..., np.newaxis]
