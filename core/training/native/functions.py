"""The C++ layers as functions that torch can differentiate; activations lie as [N, side, side, channels]."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from core.training.native.bindings import (
    LANES,
    Output,
    Source,
    SourceGradient,
    Weights,
    call,
    kept_type,
    output_gradient,
)


def convolution(
    source: Source,
    weight: Tensor,
    *,
    depthwise: Tensor | None = None,
    pools: bool = False,
    residual: bool = False,
) -> tuple[Tensor, Tensor]:
    """Convolve `source` with `weight` [O, C, k, k], k 1 or 3, same padding.

    With `depthwise` [C, 1, 3, 3], each channel is convolved with its own kernel first (k is 1). A `residual`
    adds the source's values, of the same shape, to the result; where it `pools`, it keeps the greatest of
    each 2x2.

    Returns the output [N, side, side, O] (half the side, where it pools), and for what normalizes it
    [N, 2, O]: each channel's sum and sum of squares.

    Raises:
        ValueError: the shapes do not fit what is asked for, or a gradient for the source's values is wanted
            where C is no multiple of 8, as for the images themselves.
    """
    outputs, channels, kernel = weight.shape[:3]
    if pools and source.values.shape[1] % 2:
        raise ValueError("pooling takes an even side")
    if depthwise is not None and kernel != 1:
        raise ValueError("a depthwise convolution is followed by a kernel of 1")
    if residual and (pools or outputs != channels):
        raise ValueError("a residual keeps the shape")
    # the source's gradient is written by whole lanes, beyond the end of what has no whole number of them
    if channels % LANES and torch.is_grad_enabled() and source.values.requires_grad:
        raise ValueError(f"no gradient for {channels} channels in C++: call the torch network itself")
    options = _Options.of(source, pools=pools, residual=residual)
    values, sums = _Convolution.apply(options, weight, depthwise, *source.tensors)
    return values, sums


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
    residual: bool

    @classmethod
    def of(cls, source: Source, *, pools: bool = False, residual: bool = False) -> "_Options":
        return cls(source.dropped, source.seed, pools, residual)

    def source(self, tensors: Sequence[Any]) -> Source:
        """Put the source together again; torch takes its tensors one by one."""
        values, scale, shift, norm_weight, norm_bias = tensors
        return Source(values, scale, shift, norm_weight, norm_bias, self.dropped, self.seed)


# torch gives its context no fields: hence Any
class _Convolution(Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401
        options: _Options,
        weight: Tensor,
        depthwise: Tensor | None,
        *tensors: Tensor,
    ) -> tuple[Tensor, Tensor]:
        source = options.source(tensors)
        images, side = source.values.shape[:2]
        outputs, across = len(weight), side // 2 if options.pools else side
        flat = weight.detach().permute(0, 2, 3, 1).contiguous()  # no copy where channels last in memory
        weights = Weights(flat, None if depthwise is None else depthwise.detach().contiguous())
        values = source.values.new_empty(images, across, across, outputs, dtype=kept_type())
        sums = weight.new_empty(images, 2, outputs)
        argmax = torch.empty_like(values, dtype=torch.uint8) if options.pools else None
        out = Output(values, sums, argmax, options.residual)
        call("convolution_forward", source.fields(), weights.fields(), out.fields())
        ctx.save_for_backward(weights.weight, weights.depthwise, values, argmax, *tensors)
        ctx.options = options
        ctx.set_materialize_grads(False)  # the sums have none where nothing normalizes the output
        return values, sums

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: Tensor, grad_sums: Tensor | None) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        weight, depthwise, values, argmax, *tensors = ctx.saved_tensors
        source, weights = ctx.options.source(tensors), Weights(weight, depthwise)
        grad_output, grad_sums = grad_output.contiguous(), _rows(grad_sums)  # held until the call is over
        grad_weights = Weights(
            torch.empty_like(weight), None if depthwise is None else torch.empty_like(depthwise)
        )
        grad_source = SourceGradient.like(source) if ctx.needs_input_grad[3] else SourceGradient()
        call(
            "convolution_backward",
            source.fields(),
            weights.fields(),
            Output(values, None, argmax, ctx.options.residual).fields(),
            output_gradient(grad_output, grad_sums),
            grad_source.fields(),
            grad_weights.gradient(),
        )
        return None, grad_weights.weight.permute(0, 3, 1, 2), grad_weights.depthwise, *grad_source.tensors


class _Mean(Function):
    @staticmethod
    def forward(ctx: Any, options: _Options, *tensors: Tensor) -> Tensor:  # noqa: ANN401
        source = options.source(tensors)
        out = torch.empty(source.values.shape[0], source.values.shape[3])
        call("mean_forward", source.fields(), out)
        ctx.save_for_backward(*tensors)
        ctx.options = options
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        source = ctx.options.source(ctx.saved_tensors)
        grad_source = SourceGradient.like(source)
        grad_output = grad_output.contiguous()  # held until the call is over
        call("mean_backward", source.fields(), grad_output, grad_source.fields())
        return None, *grad_source.tensors


def _rows(sums: Tensor | None) -> Tensor | None:
    """Return the gradient of sums as the C++ layers read it: one row, where all images share it."""
    if sums is None:
        return None
    return (sums[:1] if sums.stride(0) == 0 else sums).contiguous()
