"""Augmentation in C++: from bytes to network input, in one pass."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.training.native.bindings import BoundCall


def augment(images: Tensor, params: Sequence[Tensor], mean: Tensor, std: Tensor) -> Tensor:
    """Crop, flip and normalize bytes [M, side, side, 3] into [N, 3, side, side], channels last in memory.

    `params` are whole numbers [N], as in `AugmentationParams`: which image, where the crop's first row and
    column are, from minus to plus (side - 1), and 1 for flipped. Beyond its edges an image is
    reflection-padded. Normalized is (byte - mean) / std, of [3] each.
    """
    side, count = images.shape[1], len(params[0])
    out = torch.empty(count, side, side, 3)
    read = [tensor.contiguous() for tensor in (images, *params, mean, std)]
    BoundCall("augment", *read, out, count, side)()
    return out.permute(0, 3, 1, 2)
