"""Augmentation in C++: from bytes to what the network takes, in one pass."""

import ctypes

import torch
from torch import Tensor

from core.native.bindings import address, threads
from core.native.library import native_library


def augmented(images: Tensor, drawn: Tensor, padding: int, mean: Tensor, deviation: Tensor) -> Tensor:
    """Crop, flip and scale images of bytes [M, side, side, 3]: [N, 3, side, side], channels last in memory.

    `drawn` is int64 [4, N]: which image, the crop's top and left (0 to 2 * padding), flipped (1) or not. An
    image is seen as padded by its own reflection. Scaled is (byte - mean) / deviation, of [3] each.
    """
    side, count = images.shape[1], drawn.shape[1]
    out = torch.empty(count, side, side, 3)
    rows = [row.contiguous() for row in drawn]  # held until the call is over
    native_library().functions.augment(
        *(address(tensor) for tensor in (images, *rows)),
        *(ctypes.c_int32(number) for number in (count, side, padding)),
        *(address(tensor) for tensor in (mean, deviation, out)),
        ctypes.c_int32(threads()),
    )
    return out.permute(0, 3, 1, 2)
