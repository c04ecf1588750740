"""Augmentation in C++: from bytes to what the network takes, in one pass."""

import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor

from core.training.native.bindings import address, invoke, threads


def augmented(images: Tensor, draws: Sequence[Tensor], mean: Tensor, deviation: Tensor) -> Tensor:
    """Crop, flip and scale images of bytes [M, side, side, 3]: [N, 3, side, side], channels last in memory.

    `draws` are whole numbers [N]: which image, where the crop's first row and column are, from minus to plus
    (side - 1), and 1 for flipped. What a crop shows beyond its image is the image's reflection. Scaled is
    (byte - mean) / deviation, of [3] each.
    """
    side, count = images.shape[1], len(draws[0])
    out = torch.empty(count, side, side, 3)
    read = [
        tensor.contiguous() for tensor in (images, *draws, mean, deviation)
    ]  # held until the call is over
    numbers = map(ctypes.c_int32, (count, side, threads()))
    invoke("augment", *map(address, (*read, out)), *numbers)
    return out.permute(0, 3, 1, 2)
