"""The networks as data, a list of layers to read beside the assignment; no torch, so screens can read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.config.architecture import Architecture, Block, Convolution
from core.config.network_shape import CHANNELS, CIFAR10_SHAPE, NetworkShape
from core.config.presets import LayerNormKind, Norm, Recipe

RESIDUAL: Final = "Residual"
"""What summaries call a residual block's sum: the block's class."""
DEPTHWISE: Final = "DepthwiseConv2d"
"""What summaries call a convolution of each channel by itself, to tell it from one of them all."""


class Operation(StrEnum):
    """What a layer does; the value is the name of its class, as summaries show it."""

    CONVOLUTION = "Conv2d"
    BATCH_NORM = "BatchNorm2d"
    GROUP_NORM = "GroupNorm"
    LAYER_NORM = "LayerNorm"
    CHANNEL_LAYER_NORM = "ChannelLayerNorm"
    RELU = "ReLU"
    DROPOUT = "Dropout"
    MAX_POOL = "MaxPool2d"
    AVERAGE_POOL = "AvgPool2d"


_POOLS: Final = (Operation.MAX_POOL, Operation.AVERAGE_POOL)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, from `inputs` channels to `outputs`, each `side` pixels high and wide.

    `kernel` is the kernel size of a convolution or a pool, and `groups` is as torch's `Conv2d` has it: each
    group of output channels sees its own share of the input's.
    """

    operation: Operation
    inputs: int
    outputs: int
    side: int
    kernel: int = 1
    groups: int = 1

    @property
    def name(self) -> str:
        """What summaries call it."""
        return DEPTHWISE if self.groups > 1 else self.operation.value

    @property
    def stride(self) -> int:
        """How far apart its windows are: a pool's lie side by side."""
        return self.kernel if self.operation in _POOLS else 1

    @property
    def parameters(self) -> int:
        """Trainable parameters: a convolution's weight (no bias), a normalization's weight and bias."""
        match self.operation:
            case Operation.CONVOLUTION:
                return self.inputs // self.groups * self.outputs * self.kernel**2
            case Operation.LAYER_NORM:
                return 2 * self.outputs * self.side**2
            case Operation.BATCH_NORM | Operation.GROUP_NORM | Operation.CHANNEL_LAYER_NORM:
                return 2 * self.outputs
            case _:
                return 0


@dataclass(frozen=True, slots=True)
class PlannedBlock:
    """Layers one after the other; a `residual` one adds its input to their output."""

    layers: tuple[Layer, ...]
    residual: bool = False


def planned_blocks(
    norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE
) -> tuple[PlannedBlock, ...]:
    """Return the recipe's network for images of such a shape, from the image to the logits."""
    if recipe.skeleton is None:
        return (PlannedBlock(_assignment(norm, recipe, shape)),)
    return tuple(_residual(norm, recipe, recipe.skeleton, shape))


def planned_layers(norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE) -> tuple[Layer, ...]:
    """Return the same as one list of layers."""
    return tuple(layer for block in planned_blocks(norm, recipe, shape) for layer in block.layers)


def _assignment(norm: Norm, recipe: Recipe, shape: NetworkShape) -> tuple[Layer, ...]:
    """Return the assignment's network: C1 C2 c3 P1 C4 C5 C6 c7 P2 C8 C9 C10 GAP c11.

    Capitals are 3x3 convolutions, each followed by a normalization, ReLU and dropout; small letters are
    1x1 convolutions. GAP takes the mean over the whole image, however large that is.
    """
    whole = shape.side
    half, quarter = whole // 2, whole // 4

    def block(inputs: int, outputs: int, side: int) -> list[Layer]:
        after = [_normalization(norm, recipe), Operation.RELU]
        if recipe.dropout:
            after.append(Operation.DROPOUT)
        return [_convolution(inputs, outputs, side), *_same_shape(after, outputs, side)]

    return (
        *block(CHANNELS, 8, whole),  # C1
        *block(8, 16, whole),  # C2
        _pointwise(16, 8, whole),  # c3
        Layer(Operation.MAX_POOL, 8, 8, half, kernel=2),  # P1
        *block(8, 16, half),  # C4
        *block(16, 32, half),  # C5
        *block(32, 32, half),  # C6
        _pointwise(32, 8, half),  # c7
        Layer(Operation.MAX_POOL, 8, 8, quarter, kernel=2),  # P2
        *block(8, 16, quarter),  # C8
        *block(16, 32, quarter),  # C9
        *block(32, 64, quarter),  # C10
        Layer(Operation.AVERAGE_POOL, 64, 64, 1, kernel=quarter),  # GAP
        _pointwise(64, shape.classes, 1),  # c11
    )


def _residual(
    norm: Norm, recipe: Recipe, architecture: Architecture, shape: NetworkShape
) -> Iterator[PlannedBlock]:
    """Yield the stem, the architecture's blocks, and the head."""
    side = shape.side
    channels = architecture.stem
    activated = [_normalization(norm, recipe), Operation.RELU]
    yield PlannedBlock((_convolution(CHANNELS, channels, side),))
    for block in architecture.units:
        layers = [*_same_shape(activated, channels, side), *_block_convolution(channels, block, side)]
        same = block.outputs == channels and not block.pools
        channels = block.outputs
        if block.pools:
            side //= 2
            layers.append(Layer(Operation.MAX_POOL, channels, channels, side, kernel=2))
        yield PlannedBlock(tuple(layers), residual=same)
    pooled = Layer(Operation.AVERAGE_POOL, channels, channels, 1, kernel=side)
    classifier = _pointwise(channels, shape.classes, 1)
    yield PlannedBlock((*_same_shape(activated, channels, side), pooled, classifier))


def _block_convolution(channels: int, block: Block, side: int) -> tuple[Layer, ...]:
    match block.convolution:
        case Convolution.FULL:
            return (_convolution(channels, block.outputs, side),)
        case Convolution.SEPARABLE:
            depthwise = Layer(Operation.CONVOLUTION, channels, channels, side, kernel=3, groups=channels)
            return depthwise, _pointwise(channels, block.outputs, side)


def _convolution(inputs: int, outputs: int, side: int) -> Layer:
    return Layer(Operation.CONVOLUTION, inputs, outputs, side, kernel=3)


def _pointwise(inputs: int, outputs: int, side: int) -> Layer:
    return Layer(Operation.CONVOLUTION, inputs, outputs, side)


def _same_shape(operations: Sequence[Operation], channels: int, side: int) -> list[Layer]:
    """Return layers that keep the shape."""
    return [Layer(operation, channels, channels, side) for operation in operations]


def _normalization(norm: Norm, recipe: Recipe) -> Operation:
    match norm:
        case Norm.BATCH:
            return Operation.BATCH_NORM
        case Norm.GROUP:
            return Operation.GROUP_NORM
        case Norm.LAYER if recipe.layer_norm is LayerNormKind.ELEMENTWISE:
            return Operation.LAYER_NORM
        case Norm.LAYER:
            return Operation.CHANNEL_LAYER_NORM
