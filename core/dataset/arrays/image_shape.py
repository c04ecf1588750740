"""Which shapes of arrays are those of images: (number, height, width), and channels behind or in between."""

from typing import Final

from core.dataset.picture_size import Size

_GREY, _COLOUR = 3, 4  # dimensions
_CHANNELS: Final = (1, 3, 4)


def has_channels_last(shape: tuple[int, ...]) -> bool:
    """Tell whether images of such a shape are grey, or have their channels behind height and width."""
    return len(shape) == _GREY or (len(shape) == _COLOUR and shape[-1] in _CHANNELS)


def has_channels_first(shape: tuple[int, ...]) -> bool:
    """Tell whether images of such a shape have their channels before height and width, and not behind."""
    return len(shape) == _COLOUR and shape[1] in _CHANNELS and shape[-1] not in _CHANNELS


def image_size(shape: tuple[int, ...]) -> Size | None:
    """Return the size of images of such a shape; None where it is no images', or they have no pixel."""
    if not all(shape[1:]):
        return None
    if has_channels_last(shape):
        return Size(shape[2], shape[1])
    return Size(shape[3], shape[2]) if has_channels_first(shape) else None
