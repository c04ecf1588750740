"""How a run's images are brought to what the networks take, and which of them it is tested on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SIDE_STEP: Final = 32
"""Pixels: the side of CIFAR-10's images, of which every other is a multiple, as networks halve it."""

MOST_SIDE: Final = 256


class Resize(StrEnum):
    """How an image of other proportions or size becomes a square."""

    CROP = "crop"  # scaled by its shorter side, then the square in the middle
    PAD = "pad"  # scaled by its longer side, then black on both sides of the shorter
    STRETCH = "stretch"  # each side scaled by itself


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """What of a run's settings decides on its images.

    `size` is height and width of every image in pixels, a multiple of `SIDE_STEP`. `test_split` names the
    folder or part with the test images; None looks for it. `holdout` is the share of the training images that
    is held out to test on, in the place of any test images there are; None holds out where there are none.
    """

    size: int = SIDE_STEP
    resize: Resize = Resize.CROP
    test_split: str | None = None
    holdout: float | None = None
