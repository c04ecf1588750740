"""The networks, as a list of layers to read beside the assignment."""

from torch import nn

from core.layers import ChannelLayerNorm, Dropout, LayerNorm
from core.presets import LayerNormKind, Norm, Recipe

CLASSES = 10
INPUT_SHAPE = (3, 32, 32)


def build_network(norm: Norm, recipe: Recipe) -> nn.Sequential:
    """Build the assignment's network: C1 C2 c3 P1 C4 C5 C6 c7 P2 C8 C9 C10 GAP c11.

    Capitals are 3x3 convolutions, each with a normalization, ReLU and dropout behind it; small letters are
    1x1 convolutions; no convolution has a bias. Takes images [N, 3, 32, 32], gives logits [N, 10].
    """

    def block(channels_in: int, channels: int, size: int) -> list[nn.Module]:
        convolution = nn.Conv2d(channels_in, channels, 3, padding=1, bias=False)
        layers = [convolution, _normalization(norm, recipe, channels, size), nn.ReLU(inplace=True)]
        return [*layers, Dropout(recipe.dropout)] if recipe.dropout else layers

    def pointwise(channels_in: int, channels: int) -> nn.Module:
        return nn.Conv2d(channels_in, channels, 1, bias=False)

    return nn.Sequential(
        *block(3, 8, 32),  # C1
        *block(8, 16, 32),  # C2
        pointwise(16, 8),  # c3
        nn.MaxPool2d(2),  # P1
        *block(8, 16, 16),  # C4
        *block(16, 32, 16),  # C5
        *block(32, 32, 16),  # C6
        pointwise(32, 8),  # c7
        nn.MaxPool2d(2),  # P2
        *block(8, 16, 8),  # C8
        *block(16, 32, 8),  # C9
        *block(32, 64, 8),  # C10
        nn.AvgPool2d(8),  # GAP
        pointwise(64, CLASSES),  # c11
        nn.Flatten(),
    )


def _normalization(norm: Norm, recipe: Recipe, channels: int, size: int) -> nn.Module:
    match norm:
        case Norm.BATCH:
            return nn.BatchNorm2d(channels)
        case Norm.GROUP:
            return nn.GroupNorm(recipe.groups, channels)
        case Norm.LAYER if recipe.layer_norm is LayerNormKind.ELEMENTWISE:
            return LayerNorm([channels, size, size])
        case Norm.LAYER:
            return ChannelLayerNorm(channels)
