"""What networks are planned of: layers, and the blocks they make."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final

RESIDUAL: Final = "Residual"
"""What summaries call a residual block's sum: the block's class."""
WIDE_BLOCK: Final = "WideBlock"
"""What they call that of a block of wide kernels."""
DEPTHWISE: Final = "DepthwiseConv2d"
"""What summaries call a convolution of each channel by itself, to tell it from one of them all."""


class Operation(StrEnum):
    """What a layer does; the value is the name of its class, as summaries show it."""

    CONVOLUTION = "Conv2d"
    BATCH_NORM = "BatchNorm2d"
    GROUP_NORM = "GroupNorm"
    LAYER_NORM = "LayerNorm"
    CHANNEL_LAYER_NORM = "ChannelLayerNorm"
    PIXEL_LAYER_NORM = "PixelLayerNorm"
    RELU = "ReLU"
    DROPOUT = "Dropout"
    MAX_POOL = "MaxPool2d"
    AVERAGE_POOL = "AvgPool2d"
    GATE = "Gate"
    SILU_GATE = "SiLUGate"
    GELU_GATE = "GELUGate"
    SIGMOID_GATE = "SigmoidGate"
    TANH_GATE = "TanhGate"
    CHANNEL_SCALE = "ChannelScale"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, from `inputs` channels to `outputs`, each `side` pixels high and wide.

    `kernel` is the kernel size of a convolution or a pool, `stride` how far apart its windows are and
    `dilation` their pixels. `groups` is as torch's `Conv2d` has it: each group of output channels sees its
    own share of the input's.
    """

    operation: Operation
    inputs: int
    outputs: int
    side: int
    kernel: int = 1
    groups: int = 1
    stride: int = 1
    dilation: int = 1

    @property
    def name(self) -> str:
        """What summaries call it."""
        return DEPTHWISE if self.groups > 1 else self.operation.value

    @property
    def parameters(self) -> int:
        """Trainable parameters: a convolution's weight (no bias), a normalization's weight and bias."""
        match self.operation:
            case Operation.CONVOLUTION:
                return self.inputs // self.groups * self.outputs * self.kernel**2
            case Operation.LAYER_NORM:
                return 2 * self.outputs * self.side**2
            case Operation.BATCH_NORM | Operation.GROUP_NORM:
                return 2 * self.outputs
            case Operation.CHANNEL_LAYER_NORM | Operation.PIXEL_LAYER_NORM:
                return 2 * self.outputs
            case Operation.CHANNEL_SCALE:
                return self.outputs
            case _:
                return 0


@dataclass(frozen=True, slots=True)
class PlannedBlock:
    """Layers one after the other; a `residual` one adds its input to their output.

    One of wide kernels has `slices` before them, side by side: of each its channels and what they go through,
    which is nothing for those that stay as they are. The sum is then of the input times a scale, its last
    layer where it has one.
    """

    layers: tuple[Layer, ...]
    residual: bool = False
    slices: tuple[tuple[int, tuple[Layer, ...]], ...] = ()

    @property
    def all_layers(self) -> tuple[Layer, ...]:
        """The layers of the slices, then the others."""
        return (*chain.from_iterable(layers for _, layers in self.slices), *self.layers)

    @property
    def sum_name(self) -> str:
        """What summaries call its sum."""
        return WIDE_BLOCK if self.slices else RESIDUAL
