"""Weights for autocast, cast together: it would cast them one by one, in every step forward and back."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.training.network.layers import Classifier
from core.training.network.wide_block import ChannelScale

_CHANNELS_LAST: Final = (0, 2, 3, 1)
_CHANNELS_FIRST: Final = (0, 3, 1, 2)


class CastTogether:
    """Runs `network` with the weights of its convolutions and scales cast to `dtype` together.

    The classifier's stay as they are.

    Takes images [N, 3, H, W] and gives logits [N, classes], like the network, whose own parameters get the
    gradients. To be called where autocast computes in `dtype`.
    """

    def __init__(self, network: nn.Sequential, dtype: torch.dtype) -> None:
        self._network = network
        self._dtype = dtype
        self._names = [
            f"{name}.weight"
            for name, module in network.named_modules()
            if isinstance(module, nn.Conv2d | ChannelScale) and not isinstance(module, Classifier)
        ]

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits of `images`."""
        # in the order of their memory, so that they are copied once, into the tensor that is cast
        weights = [_permuted(self._network.get_parameter(name), _CHANNELS_LAST) for name in self._names]
        flat = torch.cat([weight.flatten() for weight in weights]).to(self._dtype)
        parts = torch.split(flat, [weight.numel() for weight in weights])
        cast = {
            name: _permuted(part.view(weight.shape), _CHANNELS_FIRST)
            for name, part, weight in zip(self._names, parts, weights, strict=True)
        }
        logits: Tensor = functional_call(self._network, cast, (images,))
        return logits


def _permuted(weight: Tensor, order: tuple[int, ...]) -> Tensor:
    """Return a convolution's weight with its dimensions in `order`, and a scale's as it is."""
    return weight.permute(order) if weight.ndim == len(order) else weight
