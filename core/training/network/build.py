"""The networks as torch modules, built from their plan."""

import torch
from torch import nn

from core.config.network_plan import Layer, Operation, planned_blocks
from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.presets import Norm, Recipe
from core.training.network.layers import (
    AvgPool2d,
    ChannelLayerNorm,
    Classifier,
    Dropout,
    GroupNorm,
    LayerNorm,
    Residual,
)


def build_network(norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE) -> nn.Sequential:
    """Build the network that `planned_blocks` lists; weights are drawn from torch's generator, in that order.

    Takes images [N, 3, side, side], gives logits [N, classes].
    """
    generator = torch.Generator().manual_seed(torch.initial_seed())
    modules: list[nn.Module] = []
    for block in planned_blocks(norm, recipe, shape):
        layers = [_module(layer, recipe, generator) for layer in block.layers]
        modules += [Residual(*layers)] if block.residual else layers
    return nn.Sequential(*modules, nn.Flatten())


def _module(layer: Layer, recipe: Recipe, generator: torch.Generator) -> nn.Module:  # noqa: PLR0911 - one for each operation
    match layer.operation:
        case Operation.CONVOLUTION:
            same = layer.kernel // 2
            channels, groups = (layer.inputs, layer.outputs), layer.groups
            kind = Classifier if layer.side == 1 else nn.Conv2d
            return kind(*channels, layer.kernel, padding=same, groups=groups, bias=False)
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
        case Operation.AVERAGE_POOL:
            return AvgPool2d(layer.kernel)
