"""The C++ layers as functions that torch can differentiate; activations lie as [N, side, side, channels]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from core.native.bindings import Output, Source, SourceGradient, call, output_gradient


def convolution(source: Source, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Convolve `source` with `weight` [O, C, k, k], k 1 or 3, same padding.

    Returns the output [N, side, side, O], and for what normalizes it [N, 2, O]: each channel's sum and sum of
    squares.
    """
    values, sums = _Convolution.apply(_Options.of(source), weight, *source.tensors)
    return values, sums


def pooled_convolution(source: Source, weight: Tensor) -> Tensor:
    """Convolve with `weight` [O, C, 1, 1], then keep the greatest of each 2x2: [N, side / 2, side / 2, O].

    Raises:
        ValueError: the side is odd, or the kernel larger.
    """
    if source.values.shape[1] % 2 or weight.shape[2] != 1:
        raise ValueError("pooling takes an even side and a kernel of 1")
    values: Tensor = _Convolution.apply(_Options.of(source, pools=True), weight, *source.tensors)[0]
    return values


def spatial_mean(source: Source) -> Tensor:
    """Return the mean over all pixels, [N, C]."""
    mean: Tensor = _Mean.apply(_Options.of(source), *source.tensors)
    return mean


@dataclass(frozen=True, slots=True)
class _Options:
    """What a function takes beside tensors."""

    dropped: int
    seed: int
    pools: bool

    @classmethod
    def of(cls, source: Source, *, pools: bool = False) -> "_Options":
        return cls(source.dropped, source.seed, pools)

    def source(self, tensors: Sequence[Any]) -> Source:
        """Put the source together again; torch takes its tensors one by one."""
        values, scale, shift, gain, offset = tensors
        return Source(values, scale, shift, gain, offset, self.dropped, self.seed)


# torch gives its context no fields: hence Any
class _Convolution(Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401
        options: _Options,
        weight: Tensor,
        *tensors: Tensor,
    ) -> tuple[Tensor, Tensor | None]:
        source = options.source(tensors)
        images, side = source.values.shape[:2]
        outputs, across = len(weight), side // 2 if options.pools else side
        flat = weight.detach().permute(0, 2, 3, 1).contiguous()  # no copy where channels last in memory
        values = source.values.new_empty(images, across, across, outputs)
        sums = None if options.pools else values.new_empty(images, 2, outputs)
        winner = torch.empty_like(values, dtype=torch.uint8) if options.pools else None
        call(
            "convolution_forward", source.fields(), flat, Output(values, sums, winner, flat.shape[1]).fields()
        )
        ctx.save_for_backward(flat, values, winner, *tensors)
        ctx.options = options
        return values, sums

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor, sums_slope: Tensor | None) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        flat, values, winner, *tensors = ctx.saved_tensors
        source = ctx.options.source(tensors)
        slope, sums_slope = slope.contiguous(), _rows(sums_slope)  # held until the call is over
        weight_slope = torch.empty_like(flat)
        back = SourceGradient.like(source) if ctx.needs_input_grad[2] else SourceGradient()
        call(
            "convolution_backward",
            source.fields(),
            flat,
            Output(values, None, winner, flat.shape[1]).fields(),
            output_gradient(slope, sums_slope),
            back.fields(),
            weight_slope,
        )
        return None, weight_slope.permute(0, 3, 1, 2), *back.tensors


class _Mean(Function):
    @staticmethod
    def forward(ctx: Any, options: _Options, *tensors: Tensor) -> Tensor:  # noqa: ANN401
        source = options.source(tensors)
        out = source.values.new_empty(source.values.shape[0], source.values.shape[3])
        call("mean_forward", source.fields(), out)
        ctx.save_for_backward(*tensors)
        ctx.options = options
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        source = ctx.options.source(ctx.saved_tensors)
        back = SourceGradient.like(source)
        slope = slope.contiguous()  # held until the call is over
        call("mean_backward", source.fields(), slope, back.fields())
        return None, *back.tensors


def _rows(sums: Tensor | None) -> Tensor | None:
    """Return the gradient of sums as the C++ layers read it: one row, where all images share it."""
    if sums is None:
        return None
    return (sums[:1] if sums.stride(0) == 0 else sums).contiguous()
