"""The receptive field of a layer: the square of input pixels that one of its outputs can depend on."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """`size` is the square's side in pixels, `jump` how far apart the squares of neighbouring outputs are.

    As it begins, it is that of the image itself. Padding counts: behind a pool over the whole image, the
    square is larger than the image. A norm's statistics do not, though some are over the whole image.
    """

    size: int = 1
    jump: int = 1

    def behind(self, *, kernel: int, stride: int, dilation: int = 1) -> Self:
        """Return the field behind a convolution or a pool.

        By Araujo, Norris & Sim, Computing Receptive Fields of Convolutional Neural Networks (Distill 2019).
        Where paths meet, as behind a residual block, the field is the largest of theirs.
        """
        return type(self)(self.size + (kernel - 1) * dilation * self.jump, self.jump * stride)
