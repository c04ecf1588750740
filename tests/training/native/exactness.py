"""How near the C++ layers must come to what double precision gives."""

from typing import Final

import torch
from torch import Tensor

from core.training.native.bindings import kept_type

# a number of bf16 has 8 bits; and of two that are nearly equal, another can be the greater
_OF_HALVES: Final = 0.03


def distance(values: Tensor, exact: Tensor) -> float:
    """Return the norm of the difference over that of `exact`."""
    values, exact = values.detach(), exact.detach()
    return float((values - exact).norm() / exact.norm())


def nearest(single: float, halves: float = _OF_HALVES) -> float:
    """Return the greatest distance allowed: `single` where the layers compute in single precision."""
    return single if kept_type() is torch.float32 else halves
