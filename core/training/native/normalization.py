"""What a normalization does, as a scale and a shift a channel: double-precision arithmetic on a few sums."""

from ctypes import Structure
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from core.training.native.bindings import data_ptr, invoke, pointer
from core.training.native.structures import NormalizationFields
from core.training.network.layers import LayerNorm


@dataclass(frozen=True, slots=True)
class Affine:
    """`scale` and `shift`, [N, C]; after them a layer norm's `weight` and `bias` [side, side, C], if any."""

    scale: Tensor
    shift: Tensor
    weight: Tensor | None = None
    bias: Tensor | None = None


def affine(norm: nn.Module, sums: Tensor, pixels: int) -> Affine:
    """Return what `norm` does to the values, of `pixels` pixels an image, that `sums` were taken of.

    The sums come with a convolution's output, [N, 2, C]: each image's sum and sum of squares, channel by
    channel. A batch norm in training also moves its running statistics.

    Raises:
        TypeError: `norm` is no normalization known here.
    """
    match norm:
        case nn.BatchNorm2d(running_mean=Tensor() as mean, running_var=Tensor() as variance):
            if not norm.training:
                scale = norm.weight * torch.rsqrt(variance + norm.eps)
                shift = norm.bias - mean * scale
                return Affine(scale.expand(len(sums), -1), shift.expand(len(sums), -1))
            if norm.num_batches_tracked is not None:
                norm.num_batches_tracked.add_(1)
            running = _RunningStats(mean, variance, norm.momentum or 0.0)
            kind = _Kind(norm.eps, groups=sums.shape[2], pixels=pixels, batch=running)
            return Affine(*_Normalized.apply(kind, sums, norm.weight, norm.bias))
        case nn.GroupNorm():
            kind = _Kind(norm.eps, groups=norm.num_groups, pixels=pixels)
            return Affine(*_Normalized.apply(kind, sums, norm.weight, norm.bias))
        case LayerNorm():
            # over the whole image; weight and bias, one an activation, come after it
            kind = _Kind(norm.eps, groups=1, pixels=pixels)
            weight, bias = (p.permute(1, 2, 0).contiguous() for p in (norm.weight, norm.bias))
            scale, shift = _Normalized.apply(kind, sums, None, None)
            return Affine(scale, shift, weight, bias)
    raise TypeError(f"no normalization: {type(norm).__name__}")


@dataclass(frozen=True, slots=True)
class _RunningStats:
    """A batch norm's running statistics, which a batch moves by the share `momentum`, as torch does."""

    mean: Tensor
    variance: Tensor
    momentum: float


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tells normalizations apart: with `batch`, statistics are the whole batch's, else each image's."""

    eps: float
    groups: int
    pixels: int
    batch: _RunningStats | None = None

    def fields(self, images: int, channels: int, weight: Tensor | None, bias: Tensor | None) -> Structure:
        running = self.batch
        return NormalizationFields(
            weight=data_ptr(weight),
            bias=data_ptr(bias),
            running_mean=data_ptr(running.mean if running else None),
            running_var=data_ptr(running.variance if running else None),
            momentum=running.momentum if running else 0.0,
            eps=self.eps,
            images=images,
            channels=channels,
            groups=self.groups,
            pixels=self.pixels,
            whole_batch=running is not None,
        )


class _Normalized(Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - torch gives its context no fields
        kind: _Kind,
        sums: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        images, _, channels = sums.shape
        rows = 1 if kind.batch else images
        statistics = sums.new_empty(rows, 2, kind.groups, dtype=torch.float64)
        scale, shift = sums.new_empty(2, rows, channels)
        fields = kind.fields(images, channels, weight, bias)
        invoke("normalization_forward", fields, *map(pointer, (sums, statistics, scale, shift)))
        ctx.save_for_backward(statistics, weight, bias)
        ctx.kind = kind
        return scale.expand(images, -1), shift.expand(images, -1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_scale: Tensor, grad_shift: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        statistics, weight, bias = ctx.saved_tensors
        images, channels = grad_scale.shape
        grad_sums = grad_scale.new_empty(len(statistics), 2, channels)
        grads = (None, None) if weight is None else (torch.empty_like(weight), torch.empty_like(bias))
        read = (statistics, grad_scale.contiguous(), grad_shift.contiguous())
        fields = ctx.kind.fields(images, channels, weight, bias)
        invoke("normalization_backward", fields, *map(pointer, (*read, grad_sums, *grads)))
        return None, grad_sums.expand(images, -1, -1), *grads
