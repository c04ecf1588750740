"""The networks as data, a list of layers to read beside the assignment; no torch, so screens can read it."""

from collections.abc import Iterator, Sequence
from typing import Final

from core.config.architecture import Architecture, Block, Convolution
from core.config.network_shape import CHANNELS, CIFAR10_SHAPE, NetworkShape
from core.config.planned_layer import Layer, Operation, PlannedBlock
from core.config.presets import LayerNormKind, Norm, Recipe
from core.config.wide_architecture import Gating, Shrinking, Slice, WideArchitecture

_GATES: Final = {
    Gating.NONE: Operation.GATE,
    Gating.SILU: Operation.SILU_GATE,
    Gating.GELU: Operation.GELU_GATE,
    Gating.SIGMOID: Operation.SIGMOID_GATE,
    Gating.TANH: Operation.TANH_GATE,
}


def planned_blocks(
    norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE
) -> tuple[PlannedBlock, ...]:
    """Return the recipe's network for images of such a shape, from the image to the logits."""
    match recipe.skeleton:
        case None:
            return (PlannedBlock(_assignment(norm, recipe, shape)),)
        case WideArchitecture() as wide:
            return tuple(_wide(norm, recipe, wide, shape))
        case Architecture() as residual:
            return tuple(_residual(norm, recipe, residual, shape))


def planned_layers(norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE) -> tuple[Layer, ...]:
    """Return the same as one list of layers."""
    return tuple(layer for block in planned_blocks(norm, recipe, shape) for layer in block.all_layers)


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
        Layer(Operation.MAX_POOL, 8, 8, half, kernel=2, stride=2),  # P1
        *block(8, 16, half),  # C4
        *block(16, 32, half),  # C5
        *block(32, 32, half),  # C6
        _pointwise(32, 8, half),  # c7
        Layer(Operation.MAX_POOL, 8, 8, quarter, kernel=2, stride=2),  # P2
        *block(8, 16, quarter),  # C8
        *block(16, 32, quarter),  # C9
        *block(32, 64, quarter),  # C10
        Layer(Operation.AVERAGE_POOL, 64, 64, 1, kernel=quarter, stride=quarter),  # GAP
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
            layers.append(Layer(Operation.MAX_POOL, channels, channels, side, kernel=2, stride=2))
        yield PlannedBlock(tuple(layers), residual=same)
    pooled = Layer(Operation.AVERAGE_POOL, channels, channels, 1, kernel=side, stride=side)
    classifier = _pointwise(channels, shape.classes, 1)
    yield PlannedBlock((*_same_shape(activated, channels, side), pooled, classifier))


def _block_convolution(channels: int, block: Block, side: int) -> tuple[Layer, ...]:
    match block.convolution:
        case Convolution.FULL:
            return (_convolution(channels, block.outputs, side),)
        case Convolution.SEPARABLE:
            depthwise = Layer(Operation.CONVOLUTION, channels, channels, side, kernel=3, groups=channels)
            return depthwise, _pointwise(channels, block.outputs, side)


def _wide(
    norm: Norm, recipe: Recipe, architecture: WideArchitecture, shape: NetworkShape
) -> Iterator[PlannedBlock]:
    """Yield the stem, the stages with what shrinks the image between them, and the head."""
    side, channels = shape.side, architecture.stages[0].width
    normalization = _normalization(norm, recipe)
    yield PlannedBlock((_convolution(CHANNELS, channels, side),))
    for place, stage in enumerate(architecture.stages):
        if place > 0:
            side //= 2
            yield PlannedBlock(_shrinking(architecture.shrinking, channels, stage.width, side))
            channels = stage.width
        layers = (
            *_same_shape([normalization], channels, side),
            _pointwise(channels, 2 * channels, side),
            Layer(_GATES[architecture.gating], 2 * channels, channels, side),
            _pointwise(channels, channels, side),
            *_same_shape([Operation.CHANNEL_SCALE] * architecture.scaled, channels, side),
        )
        slices = tuple((one.channels, _slice(one, side)) for one in stage.slices)
        yield from [PlannedBlock(layers, residual=True, slices=slices)] * stage.blocks
    pooled = Layer(Operation.AVERAGE_POOL, channels, channels, 1, kernel=side, stride=side)
    classifier = _pointwise(channels, shape.classes, 1)
    yield PlannedBlock((*_same_shape([normalization], channels, side), pooled, classifier))


def _slice(one: Slice, side: int) -> tuple[Layer, ...]:
    channels = one.channels
    pool = Layer(Operation.AVERAGE_POOL, channels, channels, side, kernel=3)
    own = Layer(
        Operation.CONVOLUTION,
        channels,
        channels,
        side,
        kernel=one.kernel,
        groups=channels,
        dilation=one.dilation,
    )
    return (*([pool] * one.pooled), *([own] * (one.kernel > 1)))


def _shrinking(kind: Shrinking, channels: int, outputs: int, side: int) -> tuple[Layer, ...]:
    """Return what brings an image to `side` pixels, half of what it had."""
    match kind:
        case Shrinking.STRIDE:
            return (Layer(Operation.CONVOLUTION, channels, outputs, side, kernel=2, stride=2),)
        case Shrinking.POOL:
            pool = Layer(Operation.MAX_POOL, outputs, outputs, side, kernel=2, stride=2)
            return _convolution(channels, outputs, 2 * side), pool


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
        case Norm.LAYER if recipe.layer_norm is LayerNormKind.PIXEL:
            return Operation.PIXEL_LAYER_NORM
        case Norm.LAYER:
            return Operation.CHANNEL_LAYER_NORM
