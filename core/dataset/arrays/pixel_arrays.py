"""Arrays of images in any type and order of their numbers, as bytes or 16-bit numbers with channels last."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from core.dataset.arrays.image_shape import has_channels_first, has_channels_last
from core.dataset.arrays.raw_splits import Array
from core.errors import InputError

_AT_ONCE: Final = 1_000  # images whose numbers are turned into others
_BYTE, _WORD = 255, 65_535


class PixelArrays(NamedTuple):
    """The arrays by name, and lines for people on what was done to them."""

    arrays: dict[str, Array]
    notes: tuple[str, ...]


def pixel_arrays(arrays: Mapping[str, Array], where: str) -> PixelArrays:
    """Return arrays of images, of the parts of one set, as uint8 or uint16 (N, H, W) or (N, H, W, channels).

    Numbers with a point are from 0 to 1 or from 0 to 255, whole ones from 0 to 255 or to 65,535: all parts
    have the same.

    Raises:
        InputError: they are no images, or have values beyond.
    """
    notes = []
    placed = {name: _channels_last(array, f"--data {where}: {name}") for name, array in arrays.items()}
    if any(placed[name] is not array for name, array in arrays.items()):
        notes.append("channels stand before height and width: they are put last")
    kinds: set[str] = {array.dtype.kind for array in placed.values()}
    if not kinds <= set("biuf"):
        raise InputError(f"--data {where}: its images are {', '.join(sorted(kinds))}; they must be numbers")
    if all(array.dtype == np.uint8 for array in placed.values()):
        return PixelArrays(placed, tuple(notes))
    ranges = {name: _range(array) for name, array in placed.items()}
    low, high = _widest(ranges.values())
    if not (np.isfinite(low) and np.isfinite(high)) or low < 0 or high > _WORD:
        raise InputError(
            f"--data {where}: its images have values from {low:g} to {high:g}; they must be from 0 to 1, or "
            "from 0 to 255"
        )
    _check_alike({name: _white(placed[name], ranges[name][1], high) for name in placed}, where)
    scale, words = _scale(kinds, high, where)
    if words:
        notes.append(words)
    kind = np.uint8 if high * scale <= _BYTE else np.uint16
    return PixelArrays({name: _scaled(array, scale, kind) for name, array in placed.items()}, tuple(notes))


def _channels_last(images: Array, where: str) -> Array:
    if has_channels_last(images.shape):
        return images
    if has_channels_first(images.shape):
        return np.moveaxis(images, 1, -1)
    raise InputError(f"{where} is {images.shape}; images are (number, height, width) or (..., 3)")


def _range(array: Array) -> tuple[float, float]:
    """Return the lowest and the highest value; not a number where one of them is none."""
    return _widest((float(block.min()), float(block.max())) for block in _blocks(array))


def _widest(ranges: Iterable[tuple[float, float]]) -> tuple[float, float]:
    lows, highs = zip(*ranges, strict=True)
    return float(np.min(lows)), float(np.max(highs))


def _white(array: Array, high: float, highest: float) -> int:
    """Return what white is in an array whose highest value is `high`, that of all parts being `highest`."""
    match array.dtype.kind:
        case "b":
            return 1
        case "f":
            return 1 if high <= 1 else _BYTE
        case _:
            return _BYTE if array.dtype.itemsize == 1 or highest <= _BYTE else _WORD


def _check_alike(whites: Mapping[str, int], where: str) -> None:
    """Raise InputError where a part would be darker than another for the unit of its values alone."""
    least, most = (choose(whites, key=whites.__getitem__) for choose in (min, max))
    if whites[least] < whites[most]:
        raise InputError(
            f"--data {where}: {least} has values up to {whites[least]:,} and {most} up to {whites[most]:,}; "
            "all parts must have the same"
        )


def _scale(kinds: set[str], high: float, where: str) -> tuple[float, str]:
    """Return what values are multiplied by, and how that is said; "" where it is 1."""
    if kinds == {"b"}:
        return _BYTE, "images are of false and true: taken as 0 and 255"
    if "f" not in kinds:
        return 1, ""
    if high <= 1:
        return _BYTE, "images have values from 0 to 1: multiplied by 255"
    if high > _BYTE:
        raise InputError(
            f"--data {where}: its images have values up to {high:g}; they must be from 0 to 1, or from 0 to "
            "255"
        )
    return 1, "images have values from 0 to 255 with a point: rounded"


def _scaled(array: Array, scale: float, kind: type[np.uint8 | np.uint16]) -> Array:
    made = np.empty(array.shape, kind)
    for start, block in enumerate(_blocks(array)):
        rows = slice(start * _AT_ONCE, start * _AT_ONCE + len(block))
        made[rows] = np.rint(block * scale) if block.dtype.kind in "bf" else block
    return made


def _blocks(array: Array) -> Iterator[Array]:
    return (array[start : start + _AT_ONCE] for start in range(0, len(array), _AT_ONCE))
