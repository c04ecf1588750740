"""Normalization of bf16 activations: statistics and parameters in single precision, nothing cast in between.

Autocast on CUDA computes group and layer norm in single precision, input and output too, so that every
activation is cast before and after them; torch's group norm without autocast keeps its statistics in bf16.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses


def normalize_bf16(images: Tensor, weight: Tensor, bias: Tensor, groups: int, eps: float) -> Tensor:
    """Normalize each of `groups` groups of channels of each image; bf16 in, bf16 out.

    `images` are [N, C, H, W], channels last in memory, and so is what is returned. `weight` and `bias`, in
    single precision, are [C] or [H, W, C].
    """
    with torch.autocast(images.device.type, enabled=False):
        grouped = _split(images.permute(0, 2, 3, 1), groups).movedim(3, 1)  # [N, G, H, W, C / G]
        normalized = F.layer_norm(grouped, grouped.shape[2:], eps=eps).movedim(1, 3)
        out: Tensor = _Affine.apply(normalized, _split(weight, groups), _split(bias, groups))
    return out.flatten(3).permute(0, 3, 1, 2)


def _split(values: Tensor, groups: int) -> Tensor:
    """View the last axis, of channels, as [groups, channels of one]."""
    return values.view(*values.shape[:-1], groups, -1)


class _Affine(torch.autograd.Function):
    """`values` [N, H, W, ...] in bf16 times `scale` plus `shift`, of its last axes: rounded once, at the end.

    torch would give such a product in single precision, to be cast by a launch of its own.
    """

    @staticmethod
    def forward(ctx: Any, values: Tensor, scale: Tensor, shift: Tensor) -> Tensor:  # noqa: ANN401 - torch's
        ctx.save_for_backward(values, scale)
        out = torch.empty(values.shape, dtype=values.dtype, device=values.device)
        return torch.addcmul(shift, values, scale, out=out)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # noqa: ANN401 - torch's
        values, scale = ctx.saved_tensors
        over = tuple(range(values.ndim - scale.ndim))
        return (
            torch.mul(gradient, scale, out=torch.empty_like(values)),
            torch.sum(gradient * values, over, dtype=scale.dtype),
            torch.sum(gradient, over, dtype=scale.dtype),
        )
