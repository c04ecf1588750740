"""Small networks of wide kernels, of every kind of layer that they can have, to be tried in several rooms."""

from dataclasses import replace
from typing import Final

from core.config.presets import FAST, LayerNormKind, Norm, Recipe
from core.config.wide_architecture import WideArchitecture

WIDE: Final = (
    "wide silu stride scaled 1*8+8k3+8k7+8pk7d3 1*16+16k5d2+8p",
    "wide gelu pool plain 1*8k3d2+8pk5 1*8+16k7d2+8k3d3",
)
"""As a `WideArchitecture` is written."""

NORMS: Final = (
    (Norm.BATCH, LayerNormKind.CHANNEL),
    (Norm.GROUP, LayerNormKind.CHANNEL),
    (Norm.LAYER, LayerNormKind.CHANNEL),
    (Norm.LAYER, LayerNormKind.PIXEL),
)
"""Every norm, layer norm in both kinds that blocks of wide kernels have in C++."""


def wide_recipe(network: str, layer_norm: LayerNormKind = LayerNormKind.CHANNEL) -> Recipe:
    """Return the recipe of `fast` for a network of wide kernels."""
    return replace(FAST, skeleton=WideArchitecture.of(network), layer_norm=layer_norm, groups=4)
