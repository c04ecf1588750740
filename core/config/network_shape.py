"""What the images ask of a network: how large they are, and how many classes there are to tell apart."""

from dataclasses import dataclass
from typing import Final

from core.config.image_options import SIDE_STEP

CHANNELS: Final = 3
"""Red, green and blue."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """A network takes images of `side` pixels each way, a multiple of 32, and gives a logit for each class.

    By default, both are CIFAR-10's.
    """

    classes: int = 10
    side: int = SIDE_STEP

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """One image as networks take it: channels, height and width."""
        return (CHANNELS, self.side, self.side)


CIFAR10_SHAPE: Final = NetworkShape()
