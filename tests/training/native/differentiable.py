"""The C++ layers one by one, as functions that torch differentiates as it does its own."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from core.training.native.bindings import Source, SourceGradient
from core.training.native.convolution import ConvolutionPass
from core.training.native.layer_pass import GradientRoom
from core.training.native.spatial_mean import SpatialMeanPass


def convolution(
    source: Source,
    weight: Tensor,
    *,
    depthwise: Tensor | None = None,
    pools: bool = False,
    residual: bool = False,
) -> tuple[Tensor, Tensor]:
    """Return the output's values and sums, as `ConvolutionPass` has them."""
    tensors = (source.values, source.scale, source.shift)
    if source.values.requires_grad and torch.is_grad_enabled():
        rows = [None if one is None else torch.empty(len(source.values), one.shape[1]) for one in tensors[1:]]
        source.gradient = SourceGradient(torch.empty_like(source.values), *rows)
    one = ConvolutionPass(
        source, weight, depthwise=depthwise, pools=pools, residual=residual, room=GradientRoom()
    )
    values, sums = _Convolution.apply(one, weight, depthwise, *tensors)
    return values, sums


def spatial_mean(source: Source) -> Tensor:
    """Return the mean over all pixels, [N, C]."""
    one = SpatialMeanPass(source)
    one.forward()
    return one.mean


class _Convolution(Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - torch gives its context no fields
        one: ConvolutionPass,
        *_: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        one.forward()
        ctx.one = one
        ctx.set_materialize_grads(False)
        assert one.output.sums is not None
        return one.output.values, one.output.sums

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor, grad_sums: Tensor | None) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        one: ConvolutionPass = ctx.one
        assert one.output.gradient is not None
        assert one.output.gradient.values is not None
        one.output.gradient.values.copy_(grad_output)
        one.output.grad_sums = None if grad_sums is None else grad_sums.contiguous()
        (_, grad_weight), *own = one.bind_backward()
        one.backward()
        source = one.source.gradient or SourceGradient()
        depthwise = own[0][1] if own else None
        return None, grad_weight, depthwise, source.values, source.scale, source.shift
