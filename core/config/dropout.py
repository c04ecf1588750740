"""The dropout rate that a device really uses."""

from typing import Final

DROPOUT_LEVELS: Final = 256
"""On a processor an activation is dropped by a random byte, so the rate is a multiple of 1/256."""


def dropped_levels(rate: float) -> int:
    """Return how many of a byte's values drop an activation on a processor: the nearest to `rate`, 0 to 1."""
    return round(rate * DROPOUT_LEVELS)


def used_dropout(rate: float, device: str) -> float:
    """Return the rate used on `device`, a torch device's type, where a recipe asks for `rate`."""
    return dropped_levels(rate) / DROPOUT_LEVELS if device == "cpu" else rate
