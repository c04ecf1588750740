"""The layers whose stock versions are slow with channels-last tensors or in bf16; same mathematics."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.dropout import DROPOUT_LEVELS, dropped_levels
from core.training.network.bf16_norm import normalize_bf16

_SEEDS = 2**63 - 1


class LayerNorm(nn.LayerNorm):
    """`torch.nn.LayerNorm` over [channels, height, width], with a scale and shift for every activation.

    The stock layer first copies a channels-last input into the other layout and back, which doubles its
    time; this one normalizes the memory as it lies. Of bf16 activations it gives bf16, also under autocast.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Normalize each image of `input` [N, C, H, W]."""
        flat = input.permute(0, 2, 3, 1)
        weight, bias = self.weight.permute(1, 2, 0), self.bias.permute(1, 2, 0)
        if input.dtype is torch.bfloat16:
            return normalize_bf16(input, weight, bias, 1, self.eps)
        return F.layer_norm(flat, flat.shape[1:], weight, bias, self.eps).permute(0, 3, 1, 2)


class GroupNorm(nn.GroupNorm):
    """`torch.nn.GroupNorm` that of bf16 activations gives bf16, also under autocast."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Normalize each group of channels of each image of `input` [N, C, H, W]."""
        if input.dtype is torch.bfloat16:
            return normalize_bf16(input, self.weight, self.bias, self.num_groups, self.eps)
        return super().forward(input)


class ChannelLayerNorm(GroupNorm):
    """Layer norm with one scale and shift a channel: group norm with a single group (Wu & He 2018, §3.1)."""

    def __init__(self, channels: int) -> None:
        super().__init__(1, channels)


class PixelLayerNorm(nn.LayerNorm):
    """Layer norm over the channels of each pixel by itself, with one scale and shift a channel.

    Of bf16 activations it gives bf16, also under autocast.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(channels)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Normalize each pixel of `input` [N, C, H, W]."""
        with torch.autocast(input.device.type, enabled=False):
            values = input.permute(0, 2, 3, 1).to(self.weight.dtype)
            normalized = F.layer_norm(values, self.normalized_shape, self.weight, self.bias, self.eps)
            return normalized.to(input.dtype).permute(0, 3, 1, 2)


class Dropout(nn.Dropout):
    """Dropout whose masks on a CPU cost a random byte an activation instead of a random double.

    The rate is then a multiple of 1/256, the nearest to `p`, and the survivors are scaled by exactly its
    complement, so the expected activation is unchanged. Elsewhere it is `torch.nn.Dropout`. Masks on a CPU
    come from `generator`, the same for all of a network's layers, and not from torch's default one, which
    runs side by side would share.
    """

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__(p)
        self.generator = generator

    def draw(self) -> tuple[int, int]:
        """Return how many of 256 activations to zero, none where not in training, and a seed for which."""
        dropped = dropped_levels(self.p) if self.training else 0
        return dropped, int(torch.randint(_SEEDS, (), generator=self.generator)) if dropped else 0

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Zero a share of `input` [N, C, H, W, channels-last] and scale the rest, in training only."""
        dropped = dropped_levels(self.p)
        if not self.training or dropped == 0:
            return input
        if input.device.type != "cpu":
            return F.dropout(input, self.p)
        words = -(-input.numel() // 8)
        words_drawn = torch.randint(-_SEEDS, _SEEDS, (words,), generator=self.generator)
        random_bytes = words_drawn.view(torch.uint8)[: input.numel()]
        mask = (random_bytes >= dropped).to(input.dtype).mul_(DROPOUT_LEVELS / (DROPOUT_LEVELS - dropped))
        n, c, h, w = input.shape
        return input * mask.view(n, h, w, c).permute(0, 3, 1, 2)


class AvgPool2d(nn.AvgPool2d):
    """`torch.nn.AvgPool2d` in single precision, whatever its input is in."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return the means of `input` [N, C, H, W]."""
        return super().forward(input.float() if input.dtype is torch.bfloat16 else input)


class Classifier(nn.Conv2d):
    """The convolution that gives the logits, in single precision also under autocast.

    In bf16, one image in two hundred would have two classes in the first place (CIFAR-10, after an epoch).
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return the logits [N, classes, 1, 1] of `input` [N, C, 1, 1]."""
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input)


class Residual(nn.Sequential):
    """Adds an input to what its layers make of it, in the same shape (He et al. 2016, arXiv:1603.05027)."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return `input` [N, C, H, W] plus the layers' output."""
        out = input
        for layer in self:
            out = layer(out)
        return input + out
