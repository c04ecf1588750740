"""Slices of channels, each convolved with kernels of its own, in C++; images lie as [N, side, side, C]."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.training.native.bindings import BoundCall, Source, SourceGradient, data_ptr, output_gradient
from core.training.native.layer_pass import GradientRoom, Learned, room_of, unbound
from core.training.native.structures import MixingFields, MixingGradientFields, SliceFields


@dataclass(frozen=True, slots=True)
class MixedSlice:
    """`channels` of an image, a multiple of 8, convolved with `weight` [channels, 1, k, k], k 3, 5 or 7.

    Without a weight they stay as they are. Where it is `pooled`, the mean of every 3x3 pixels is taken first.
    """

    channels: int
    weight: Tensor | None = None
    dilation: int = 1
    pooled: bool = False


@dataclass(slots=True)
class Skip:
    """What goes past a block: its input, times `scale` [C] where that is learned.

    The mixing is given the gradient of the block's output, which it adds to its input's: `gradient`.
    """

    scale: Tensor | None
    gradient: Tensor | None = None


class MixingPass:
    """Mixes the channels of `source`, plain values; `skip` tells what goes past the block it begins.

    The output has values [N, side, side, C] and, where they are `summed`, sums [N, 2, C].
    """

    def __init__(
        self,
        source: Source,
        slices: Sequence[MixedSlice],
        skip: Skip,
        *,
        summed: bool,
        room: GradientRoom | None = None,
    ) -> None:
        images, side, _, channels = source.values.shape
        self.source = source
        self._skip = skip
        self._slices = [one for one in slices if one.weight is not None]
        self._weights = [None if one.weight is None else one.weight.detach() for one in slices]
        self._fields = _slice_fields(slices, self._weights)
        self._mixing = MixingFields(
            data_ptr(source.values), ctypes.addressof(self._fields), len(slices), images, side, channels
        )
        values = torch.empty_like(source.values)
        sums = torch.empty(images, 2, channels) if summed else None
        gradient = None if room is None else SourceGradient(room.take(values))
        self.output = Source(values, sums=sums, gradient=gradient)
        self._forward = BoundCall("mixing_forward", self._mixing, values, sums)
        self.backward = unbound

    def forward(self) -> None:
        """Mix what the source holds now."""
        self._forward()

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return weights and the skip's scale, and where their gradients go."""
        weights = [weight for one in self._slices if (weight := one.weight) is not None]
        grads = torch.empty(sum(weight.numel() for weight in weights))
        scale = self._skip.scale
        grad_scale = None if scale is None else torch.empty_like(scale)
        gradient = MixingGradientFields(
            data_ptr(room_of(self.source).values),
            data_ptr(grads),
            data_ptr(self._skip.gradient),
            data_ptr(scale),
            data_ptr(grad_scale),
        )
        self._held = grads, scale
        self.backward = BoundCall(
            "mixing_backward",
            self._mixing,
            self.output.values,
            output_gradient(room_of(self.output).values, self.output.grad_sums),
            gradient,
        )
        parts = torch.split(grads, [weight.numel() for weight in weights])
        learned = [(weight, part.view(weight.shape)) for weight, part in zip(weights, parts, strict=True)]
        if scale is not None and grad_scale is not None:
            learned.append((scale, grad_scale))
        return learned


def _slice_fields(
    slices: Sequence[MixedSlice], weights: Sequence[Tensor | None]
) -> ctypes.Array[SliceFields]:
    fields, first = [], 0
    for one, weight in zip(slices, weights, strict=True):
        kernel = 1 if weight is None else weight.shape[-1]
        fields.append(SliceFields(data_ptr(weight), first, one.channels, kernel, one.dilation, one.pooled))
        first += one.channels
    return (SliceFields * len(fields))(*fields)
