"""What a residual network is made of, apart from its normalization: data to read, no torch here."""

from dataclasses import dataclass
from enum import StrEnum


class Convolution(StrEnum):
    """Which convolution a block has."""

    FULL = "full"  # 3x3, every input channel to every output channel
    SEPARABLE = (
        "separable"  # 3x3 on each channel alone, then 1x1 across channels (Chollet 2017, arXiv:1610.02357)
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Normalization, ReLU, then a convolution to `outputs` channels.

    One that `pools` ends with a 2x2 max pool. Where neither channels nor pixels change, the block is
    residual: its input is added to its output (He et al. 2016, arXiv:1603.05027).
    """

    outputs: int
    convolution: Convolution = Convolution.FULL
    pools: bool = False

    def __str__(self) -> str:
        """Name the convolution and its outputs, with "/2" where the block pools: separable64/2."""
        return f"{self.convolution}{self.outputs}{'/2' if self.pools else ''}"


@dataclass(frozen=True, slots=True)
class Architecture:
    """A residual network: a 3x3 convolution of the image to `stem` channels, then a sequence of blocks.

    The blocks are called `units` in event files and reports. The last is followed by normalization, ReLU,
    global average pooling and the classifier.
    """

    stem: int
    units: tuple[Block, ...]

    def __str__(self) -> str:
        """Name the stem's channels and each block: 16 separable64/2 separable64."""
        return " ".join(map(str, (self.stem, *self.units)))
