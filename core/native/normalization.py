"""What a normalization does, as a scale and a shift a channel: double-precision arithmetic on a few sums."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from core.layers import LayerNorm
from core.native.bindings import NormalizationFields, address, at, invoke


@dataclass(frozen=True, slots=True)
class Affine:
    """`scale` and `shift`, [N, C]; behind them `gain` and `offset` [side, side, C], if any."""

    scale: Tensor
    shift: Tensor
    gain: Tensor | None = None
    offset: Tensor | None = None


def affine(norm: nn.Module, sums: Tensor, pixels: int) -> Affine:
    """Return what `norm` does to the values, of `pixels` pixels an image, that `sums` were taken of.

    The sums come with a convolution's output, [N, 2, C]: each image's sum and sum of squares, channel by
    channel. A batch norm in training also moves its running statistics.

    Raises:
        TypeError: `norm` is no normalization known here.
    """
    match norm:
        case nn.BatchNorm2d(training=True):
            scale, shift, statistics = _normalized(norm, sums, pixels, groups=sums.shape[2], whole_batch=True)
            _move_running(norm, statistics[0], len(sums) * pixels)
            return Affine(scale, shift)
        case nn.BatchNorm2d(running_mean=Tensor() as mean, running_var=Tensor() as variance):
            scale = norm.weight * torch.rsqrt(variance + norm.eps)
            shift = norm.bias - mean * scale
            return Affine(scale.expand(len(sums), -1), shift.expand(len(sums), -1))
        case nn.GroupNorm():
            scale, shift, _ = _normalized(norm, sums, pixels, groups=norm.num_groups)
            return Affine(scale, shift)
        case LayerNorm():
            # over the whole image; weight and bias, one an activation, come behind
            scale, shift, _ = _normalized(norm, sums, pixels, groups=1, weighted=False)
            gain, offset = (p.permute(1, 2, 0).contiguous() for p in (norm.weight, norm.bias))
            return Affine(scale, shift, gain, offset)
    raise TypeError(f"no normalization: {type(norm).__name__}")


def _normalized(
    norm: nn.BatchNorm2d | nn.GroupNorm | LayerNorm,
    sums: Tensor,
    pixels: int,
    *,
    groups: int,
    whole_batch: bool = False,
    weighted: bool = True,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return scale and shift [N, C], and the statistics, mean and variance [N or 1, 2, groups]."""
    weight, bias = (norm.weight, norm.bias) if weighted else (None, None)
    kind = _Kind(norm.eps, groups, pixels, whole_batch)
    scale, shift, statistics = _Normalized.apply(kind, sums, weight, bias)
    return scale, shift, statistics


def _move_running(norm: nn.BatchNorm2d, statistics: Tensor, count: int) -> None:
    """Move the running statistics as torch does: the variance is the unbiased one, of `count` values."""
    if norm.running_mean is None or norm.running_var is None or norm.num_batches_tracked is None:
        return
    mean, variance = statistics.float()
    norm.num_batches_tracked.add_(1)
    norm.running_mean.lerp_(mean, norm.momentum or 0.0)
    norm.running_var.lerp_(variance.mul_(count / (count - 1)), norm.momentum or 0.0)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tells normalizations apart."""

    eps: float
    groups: int
    pixels: int
    whole_batch: bool

    def fields(
        self, images: int, channels: int, weight: Tensor | None, bias: Tensor | None
    ) -> NormalizationFields:
        return NormalizationFields(
            at(weight), at(bias), self.eps, images, channels, self.groups, self.pixels, self.whole_batch
        )


class _Normalized(Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - torch gives its context no fields
        kind: _Kind,
        sums: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        images, _, channels = sums.shape
        rows = 1 if kind.whole_batch else images
        statistics = sums.new_empty(rows, 2, kind.groups, dtype=torch.float64)
        scale, shift = sums.new_empty(2, rows, channels)
        fields = kind.fields(images, channels, weight, bias)
        invoke("normalization_forward", fields, *map(address, (sums, statistics, scale, shift)))
        ctx.save_for_backward(statistics, weight, bias)
        ctx.kind = kind
        ctx.mark_non_differentiable(statistics)
        return scale.expand(images, -1), shift.expand(images, -1), statistics

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor, shift: Tensor, _statistics: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        statistics, weight, bias = ctx.saved_tensors
        images, channels = scale.shape
        sums = scale.new_empty(len(statistics), 2, channels)
        slopes = (None, None) if weight is None else (torch.empty_like(weight), torch.empty_like(bias))
        read = (statistics, scale.contiguous(), shift.contiguous())
        fields = ctx.kind.fields(images, channels, weight, bias)
        invoke("normalization_backward", fields, *map(address, (*read, sums, *slopes)))
        return None, sums.expand(images, -1, -1), *slopes
