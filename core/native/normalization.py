"""What a normalization does, as a scale and a shift a channel: arithmetic on a few sums, in double precision.

A normalized value is (value - mean) / sqrt(variance + eps) * weight + bias, so value * scale + shift with
scale = weight / sqrt(variance + eps) and shift = bias - mean * scale. The sums come with the convolution's
output, [N, 2, C]: each image's sum and sum of squares, channel by channel.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.layers import LayerNorm


@dataclass(frozen=True, slots=True)
class Affine:
    """`scale` and `shift`, [N, C] or [1, C]; behind them `gain` and `offset` [side, side, C], if any."""

    scale: Tensor
    shift: Tensor
    gain: Tensor | None = None
    offset: Tensor | None = None


def affine(norm: nn.Module, sums: Tensor, pixels: int) -> Affine:
    """Return what `norm` does to the values, of `pixels` pixels an image, that `sums` were taken of.

    A batch norm in training also moves its running statistics.

    Raises:
        TypeError: `norm` is no normalization known here.
    """
    match norm:
        case nn.BatchNorm2d():
            return _batch(norm, sums, pixels)
        case nn.GroupNorm():
            return _group(norm, sums, pixels)
        case LayerNorm():
            return _layer(norm, sums, pixels)
    raise TypeError(f"no normalization: {type(norm).__name__}")


def _batch(norm: nn.BatchNorm2d, sums: Tensor, pixels: int) -> Affine:
    if norm.training or norm.running_mean is None or norm.running_var is None:
        count = len(sums) * pixels
        mean, square = sums.sum(0, dtype=torch.float64) / count
        variance = square - mean * mean
        _move_running(norm, mean.detach(), variance.detach() * count / (count - 1))
    else:
        mean, variance = norm.running_mean.double(), norm.running_var.double()
    scale = norm.weight * torch.rsqrt(variance + norm.eps)
    shift = norm.bias - mean * scale
    return Affine(scale.float()[None], shift.float()[None])


def _move_running(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    """Move the running statistics as torch does: the variance is the unbiased one."""
    if norm.running_mean is None or norm.running_var is None or norm.num_batches_tracked is None:
        return
    norm.num_batches_tracked.add_(1)
    norm.running_mean.lerp_(mean.float(), norm.momentum or 0.0)
    norm.running_var.lerp_(variance.float(), norm.momentum or 0.0)


def _group(norm: nn.GroupNorm, sums: Tensor, pixels: int) -> Affine:
    count, _, channels = sums.shape
    size = channels // norm.num_groups
    totals = sums.double().view(count, 2, norm.num_groups, size).sum(3) / (size * pixels)
    mean, square = totals.unbind(1)
    deviation = torch.rsqrt(square - mean * mean + norm.eps)
    scale = norm.weight * deviation.repeat_interleave(size, 1)
    shift = norm.bias - mean.repeat_interleave(size, 1) * scale
    return Affine(scale.float(), shift.float())


def _layer(norm: LayerNorm, sums: Tensor, pixels: int) -> Affine:
    """Normalize over the whole image; weight and bias, one an activation, come behind."""
    channels = sums.shape[2]
    mean, square = (sums.sum(2, dtype=torch.float64) / (channels * pixels)).unbind(1)
    scale = torch.rsqrt(square - mean * mean + norm.eps)
    shift = -mean * scale
    scales, shifts = (row.float()[:, None].expand(-1, channels).contiguous() for row in (scale, shift))
    gain, offset = (p.permute(1, 2, 0).contiguous() for p in (norm.weight, norm.bias))
    return Affine(scales, shifts, gain, offset)
