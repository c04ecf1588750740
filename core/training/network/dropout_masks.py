"""Dropout for a GPU: the masks of all layers are drawn in one kernel launch, from the run's own generator.

torch's own dropout takes masks from the process's generator, which runs that train side by side would share.
"""

from typing import Any

import torch
from torch import Tensor, nn

from core.config.image_options import SIDE_STEP
from core.config.network_shape import CHANNELS
from core.training.global_random import default_generator
from core.training.network.layers import Dropout


def share_masks(
    network: nn.Sequential, batch_size: int, device: torch.device, side: int = SIDE_STEP
) -> torch.Generator:
    """Replace `network`'s dropouts by layers that take their masks from one draw per forward pass.

    All of them have the same rate. The network takes batches of up to `batch_size` images of `side` pixels
    each way from then on, in training. Returns the generator the masks are drawn from, for the caller to
    seed.
    """
    generator = torch.Generator(device)
    shapes = _shapes(network, device, side)
    rates = {layer.p for layer in network if isinstance(layer, Dropout)}
    if not rates:
        return generator
    (rate,) = rates
    keep_rate = 1.0 - rate
    sizes = [batch_size * shape.numel() for shape in shapes.values()]
    masks = torch.empty(sum(sizes), dtype=torch.bool, device=device)
    for (i, shape), own in zip(shapes.items(), torch.split(masks, sizes), strict=True):
        network[i] = _MaskedDropout(own, shape, keep_rate)

    def draw(module: nn.Module, _input: object) -> None:
        if module.training:
            masks.bernoulli_(keep_rate, generator=generator)

    network.register_forward_pre_hook(draw)
    return generator


def mask_generator(network: nn.Module, device: torch.device) -> torch.Generator | None:
    """Return what `network`'s own dropouts draw their masks from on `device`; None where it has none."""
    own = next((layer.generator for layer in network.modules() if isinstance(layer, Dropout)), None)
    return own if own is None or device.type == "cpu" else default_generator(device)


class _MaskedDropout(nn.Module):
    """Zeroes what its mask says, and scales the rest so that the expected activation is unchanged."""

    def __init__(self, masks: Tensor, shape: torch.Size, keep_rate: float) -> None:
        super().__init__()
        self._masks = masks
        self._channels, self._height, self._width = shape
        self._scale = 1.0 / keep_rate

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - as in torch's layers
        """Drop from `input` [N, C, H, W], in training only."""
        if not self.training:
            return input
        mask = self._masks[: input.numel()].view(-1, self._height, self._width, self._channels)
        dropped: Tensor = _Dropped.apply(input, mask.permute(0, 3, 1, 2), self._scale)
        return dropped


class _Dropped(torch.autograd.Function):
    """The product of an input, a boolean mask and a number, and its gradient: one kernel launch each."""

    @staticmethod
    def forward(ctx: Any, input: Tensor, mask: Tensor, scale: float) -> Tensor:  # noqa: A002, ANN401 - torch's
        ctx.save_for_backward(mask)
        ctx.scale = scale
        return _product(input, mask, scale)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # noqa: ANN401 - torch's
        (mask,) = ctx.saved_tensors
        return _product(gradient, mask, ctx.scale), None, None


def _product(values: Tensor, mask: Tensor, scale: float) -> Tensor:
    product: Tensor = torch.ops.aten.native_dropout_backward(values, mask, scale)
    return product


def _shapes(network: nn.Sequential, device: torch.device, side: int) -> dict[int, torch.Size]:
    """Return what a dropout takes of one image [C, H, W], by its place in the network."""
    shapes: dict[int, torch.Size] = {}
    values = torch.zeros(1, CHANNELS, side, side, device=device)
    network.eval()  # so that no running statistics are updated from this image
    with torch.no_grad():
        for i, layer in enumerate(network):
            if isinstance(layer, Dropout):
                shapes[i] = values.shape[1:]
            values = layer(values)
    network.train()
    return shapes
