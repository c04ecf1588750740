"""What a network of wide kernels is made of, apart from its normalization: data to read, no torch here."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

_SLICE: Final = re.compile(r"(?P<channels>\d+)(?P<pooled>p)?(?:k(?P<kernel>\d+))?(?:d(?P<dilation>\d+))?")
_SIZES: Final = (1, 3, 5, 7)
_MOST_BLOCKS: Final = 64
_MOST_STAGES: Final = 5
"""CIFAR-10's 32 pixels can be halved so often, less one."""


class Gating(StrEnum):
    """What the first half of a gate goes through before it is multiplied with the second.

    Through `SIGMOID` or `TANH` its outputs grow no faster than its inputs, through the others with their
    square: a value far from the rest is then farther from it after every block, and batch norm leaves it
    there (assets/results/search.csv has the gates beside each other).
    """

    SILU = "silu"
    GELU = "gelu"  # as its approximation by tanh has it
    SIGMOID = "sigmoid"
    TANH = "tanh"
    NONE = "none"


class Shrinking(StrEnum):
    """How an image comes to half its side between two stages."""

    STRIDE = "stride"  # a 2x2 convolution of stride 2
    POOL = "pool"  # a 3x3 convolution and a 2x2 max pool


@dataclass(frozen=True, slots=True)
class Slice:
    """Channels side by side, of which each is convolved with a kernel of its own, dilated; or left as it is.

    Where it is `pooled`, the mean of every 3x3 pixels is taken first.

    Raises:
        ValueError: there are no channels, or the kernel is not 1 (for none), 3, 5 or 7.
    """

    channels: int
    kernel: int = 1
    dilation: int = 1
    pooled: bool = False

    def __post_init__(self) -> None:
        if self.channels < 1 or self.kernel not in _SIZES or self.dilation < 1:
            raise ValueError(f"{self}: a slice has channels, a kernel of 1, 3, 5 or 7, and a dilation")

    def __str__(self) -> str:
        """Name what differs: 8, 8k3, 8k7d2, 8pk7d3 (pooled, a kernel of 7, dilated by 3)."""
        pooled = "p" if self.pooled else ""
        kernel = f"k{self.kernel}" if self.kernel > 1 else ""
        return f"{self.channels}{pooled}{kernel}{f'd{self.dilation}' if self.dilation > 1 else ''}"

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what `str` writes; raises ValueError where it is nothing of the kind."""
        match = _SLICE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text}: a slice is written 8, 8k3, 8k7d2 or 8pk7d3")
        kernel, dilation = (int(match[name] or 1) for name in ("kernel", "dilation"))
        return cls(int(match["channels"]), kernel, dilation, match["pooled"] is not None)


@dataclass(frozen=True, slots=True)
class Stage:
    """So many `blocks` of the same slices, whose channels are the width: 2*8+8k3+8k7+8k7d2.

    Raises:
        ValueError: there are no blocks, or more than 64, or no slices.
    """

    blocks: int
    slices: tuple[Slice, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.blocks <= _MOST_BLOCKS or not self.slices:
            raise ValueError(f"{self}: a stage has 1 to {_MOST_BLOCKS} blocks, and slices")

    @property
    def width(self) -> int:
        """Channels of each block, in and out."""
        return sum(one.channels for one in self.slices)

    def __str__(self) -> str:
        """Name the blocks and their slices."""
        return f"{self.blocks}*{'+'.join(map(str, self.slices))}"

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what `str` writes; raises ValueError where it is nothing of the kind."""
        blocks, times, slices = text.partition("*")
        if not times or not blocks.isdecimal():
            raise ValueError(f"{text}: a stage is written 2*8+8k3, blocks times the slices of each")
        return cls(int(blocks), tuple(map(Slice.of, slices.split("+"))))


@dataclass(frozen=True, slots=True)
class WideArchitecture:
    """A 3x3 convolution of the image to the first stage's width, then the stages.

    A block mixes pixels, slice by slice of its channels (`Slice`), and then channels: normalization, a 1x1
    convolution to twice the width, the product of its halves with one through `gating` (Shazeer 2020,
    arXiv:2002.05202), a 1x1 convolution back. Its input is added to that, times a learned scale a channel
    where `scaled`. Between two stages an image comes to half its side by `shrinking`. After the last come
    normalization, global average pooling and the classifier.

    Raises:
        ValueError: there are no stages, or more than 5.
    """

    stages: tuple[Stage, ...]
    gating: Gating = Gating.SILU
    shrinking: Shrinking = Shrinking.STRIDE
    scaled: bool = True

    def __post_init__(self) -> None:
        if not 1 <= len(self.stages) <= _MOST_STAGES:
            raise ValueError(f"{self}: a network of wide kernels has 1 to {_MOST_STAGES} stages")

    def __str__(self) -> str:
        """Name all of it: wide silu stride scaled 2*8+8k3+8k7+8k7d2 3*16+16k3+16k7+8k7d2."""
        words = ("wide", self.gating, self.shrinking, "scaled" if self.scaled else "plain", *self.stages)
        return " ".join(map(str, words))

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what `str` writes; raises ValueError where it is nothing of the kind."""
        match text.split():
            case ["wide", gating, shrinking, ("scaled" | "plain") as skip, *stages] if stages:
                read = tuple(map(Stage.of, stages))
                return cls(read, Gating(gating), Shrinking(shrinking), skip == "scaled")
        gates, ways = ("|".join(kind) for kind in (Gating, Shrinking))
        raise ValueError(f"{text}: must be wide, {gates}, {ways}, scaled|plain, and stages")
