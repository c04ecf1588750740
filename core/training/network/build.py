"""The networks as torch modules, built from their plan."""

import torch
from torch import nn

from core.config.network_plan import planned_blocks
from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.planned_layer import Layer, Operation, PlannedBlock
from core.config.presets import Norm, Recipe
from core.training.network.layers import (
    AvgPool2d,
    ChannelLayerNorm,
    Classifier,
    Dropout,
    GroupNorm,
    LayerNorm,
    PixelLayerNorm,
    Residual,
)
from core.training.network.wide_block import (
    ChannelScale,
    Gate,
    GELUGate,
    Mixing,
    SigmoidGate,
    SiLUGate,
    TanhGate,
    WideBlock,
)


def build_network(norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE) -> nn.Sequential:
    """Build the network that `planned_blocks` lists; weights are drawn from torch's generator, in that order.

    Takes images [N, 3, side, side], gives logits [N, classes].
    """
    generator = torch.Generator().manual_seed(torch.initial_seed())
    modules: list[nn.Module] = []
    for block in planned_blocks(norm, recipe, shape):
        modules += _modules(block, recipe, generator)
    return nn.Sequential(*modules, nn.Flatten())


def _modules(block: PlannedBlock, recipe: Recipe, generator: torch.Generator) -> list[nn.Module]:
    """Return one module for a block with a sum, else one a layer."""

    def built(layers: tuple[Layer, ...]) -> list[nn.Module]:
        return [_module(layer, recipe, generator) for layer in layers]

    if block.slices:
        mixed = [(count, nn.Sequential(*built(layers)) if layers else None) for count, layers in block.slices]
        return [WideBlock(Mixing(mixed), *built(block.layers))]
    layers = built(block.layers)
    return [Residual(*layers)] if block.residual else layers


def _module(layer: Layer, recipe: Recipe, generator: torch.Generator) -> nn.Module:  # noqa: C901, PLR0911, PLR0912 - one for each operation
    match layer.operation:
        case Operation.CONVOLUTION:
            kind = Classifier if layer.side == 1 else nn.Conv2d
            return kind(
                layer.inputs,
                layer.outputs,
                layer.kernel,
                stride=layer.stride,
                padding=_padding(layer),
                dilation=layer.dilation,
                groups=layer.groups,
                bias=False,
            )
        case Operation.BATCH_NORM:
            return nn.BatchNorm2d(layer.outputs)
        case Operation.GROUP_NORM:
            return GroupNorm(recipe.groups, layer.outputs)
        case Operation.LAYER_NORM:
            return LayerNorm([layer.outputs, layer.side, layer.side])
        case Operation.CHANNEL_LAYER_NORM:
            return ChannelLayerNorm(layer.outputs)
        case Operation.RELU:
            return nn.ReLU(inplace=True)
        case Operation.DROPOUT:
            return Dropout(recipe.dropout, generator)
        case Operation.MAX_POOL:
            return nn.MaxPool2d(layer.kernel)
        case Operation.AVERAGE_POOL if layer.stride == 1:
            return nn.AvgPool2d(layer.kernel, stride=1, padding=_padding(layer))
        case Operation.AVERAGE_POOL:
            return AvgPool2d(layer.kernel)
        case Operation.PIXEL_LAYER_NORM:
            return PixelLayerNorm(layer.outputs)
        case Operation.GATE:
            return Gate()
        case Operation.SILU_GATE:
            return SiLUGate()
        case Operation.GELU_GATE:
            return GELUGate()
        case Operation.SIGMOID_GATE:
            return SigmoidGate()
        case Operation.TANH_GATE:
            return TanhGate()
        case Operation.CHANNEL_SCALE:
            return ChannelScale(layer.outputs)


def _padding(layer: Layer) -> int:
    """Return what keeps the side, where windows lie a pixel apart."""
    return layer.kernel // 2 * layer.dilation if layer.stride == 1 else 0
