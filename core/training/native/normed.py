"""What stands behind a normalization without an activation, as C++ layers read it."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import nn

from core.training.native.bindings import Source, data_ptr
from core.training.native.layer_pass import LayerPass, Learned
from core.training.native.normalization import normalization_pass
from core.training.native.structures import NormedFields, NormedGradientFields
from core.training.network.layers import LayerNorm, PixelLayerNorm


def takes_sums(norm: nn.Module) -> bool:
    """Tell whether a normalization needs the sums of what it normalizes before it."""
    return not isinstance(norm, PixelLayerNorm)


@dataclass(slots=True)
class Normed:
    """A source behind `norm`: by the scale and shift that `statistics` find, or at each pixel by itself.

    `fields` and `gradient` are what C++ layers read and write; `learned` are weight and bias of a norm at
    each pixel, with where their gradients go.
    """

    statistics: LayerPass | None
    source: Source
    fields: NormedFields
    gradient: NormedGradientFields
    learned: list[Learned]

    @classmethod
    def of(cls, source: Source, norm: nn.Module) -> Self:
        """Lay out what stands behind `norm`.

        Raises:
            TypeError: `norm` is no normalization known here, or the source has no sums and it needs them.
        """
        if isinstance(norm, LayerNorm):
            raise TypeError("a scale for each activation goes with ReLU alone")
        pixel = norm if isinstance(norm, PixelLayerNorm) else None
        statistics = None if pixel else normalization_pass(source, norm)
        behind = statistics.output if statistics else source
        learned: list[Learned] = [(p, torch.empty_like(p)) for p in pixel.parameters()] if pixel else []
        return cls(statistics, behind, _fields(behind, pixel), _gradient_fields(behind, learned), learned)

    def forward(self) -> None:
        """Take the statistics of what the source holds now."""
        if self.statistics is not None:
            self.statistics.forward()

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return the norm's weight and bias, and where their gradients go."""
        return self.learned if self.statistics is None else self.statistics.bind_backward()

    def backward(self) -> None:
        """Go back through the statistics, after who reads what is normed."""
        if self.statistics is not None:
            self.statistics.backward()


def _fields(source: Source, pixel: PixelLayerNorm | None) -> NormedFields:
    images, side, _, channels = source.values.shape
    return NormedFields(
        values=data_ptr(source.values),
        scale=data_ptr(source.scale),
        shift=data_ptr(source.shift),
        stride=0 if source.scale is None else source.scale.stride(0),
        weight=None if pixel is None else data_ptr(pixel.weight),
        bias=None if pixel is None else data_ptr(pixel.bias),
        eps=0.0 if pixel is None else pixel.eps,
        images=images,
        pixels=side * side,
        channels=channels,
    )


def _gradient_fields(source: Source, learned: list[Learned]) -> NormedGradientFields:
    if source.gradient is None:
        return NormedGradientFields()
    own = [gradient for _, gradient in learned] if learned else (None, None)
    tensors = (source.gradient.values, source.gradient.scale, source.gradient.shift, *own)
    return NormedGradientFields(*map(data_ptr, tensors))
