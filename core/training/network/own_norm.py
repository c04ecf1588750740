"""The norm that a user's network is given: a layer for so many channels, of the run's own kind."""

from torch import nn

from core.config.presets import LayerNormKind, Norm, Recipe
from core.training.network.layers import ChannelLayerNorm, PixelLayerNorm


class NormFactory:
    """Makes a run's normalization layers, for activations [N, channels, height, width].

    They are torch's own. With layer norm of one scale and shift an activation, height and width are needed.
    """

    def __init__(self, norm: Norm, recipe: Recipe) -> None:
        self._norm = norm
        self._recipe = recipe
        self._made: list[nn.Module] = []

    def __call__(self, channels: int, height: int | None = None, width: int | None = None) -> nn.Module:
        """Return a new layer for `channels`.

        Raises:
            ValueError: the recipe's norm cannot be had for so many channels, or needs height and width.
        """
        layer = self._layer(channels, height, width)
        self._made.append(layer)
        return layer

    def is_part_of(self, network: nn.Module) -> bool:
        """Tell whether `network` has a layer that was made here."""
        return not set(self._made).isdisjoint(network.modules())

    def _layer(self, channels: int, height: int | None, width: int | None) -> nn.Module:
        match self._norm:
            case Norm.BATCH:
                return nn.BatchNorm2d(channels)
            case Norm.GROUP if channels % self._recipe.groups:
                raise ValueError(
                    f"norm({channels}): {self._recipe.groups} groups must divide the channels; "
                    "--set groups=N takes another number"
                )
            case Norm.GROUP:
                return nn.GroupNorm(self._recipe.groups, channels)
            case Norm.LAYER if self._recipe.layer_norm is LayerNormKind.CHANNEL:
                return ChannelLayerNorm(channels)
            case Norm.LAYER if self._recipe.layer_norm is LayerNormKind.PIXEL:
                return PixelLayerNorm(channels)
            case Norm.LAYER if height is None or width is None:
                raise ValueError(
                    f"norm({channels}): a layer norm with a scale for each activation needs "
                    "norm(channels, height, width); --set layer_norm=channel needs none"
                )
            case Norm.LAYER:
                return nn.LayerNorm([channels, height, width])
