"""The parts of a block of wide kernels: slices of channels, each mixed its own way, a gate, a scaled skip."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses


class Mixing(nn.Module):
    """Slices of the channels, side by side: of each how many there are, and layers that keep their shape.

    Those of None stay as they are.
    """

    def __init__(self, slices: Sequence[tuple[int, nn.Sequential | None]]) -> None:
        super().__init__()
        self.channels = [channels for channels, _ in slices]
        for place, (_, layers) in enumerate(slices):
            if layers is not None:
                self.add_module(_name(place), layers)

    def slices(self) -> list[tuple[int, nn.Sequential | None]]:
        """Return what it was made of."""
        own = dict(self.named_children())
        found = [own.get(_name(place)) for place in range(len(self.channels))]
        layers = [one if isinstance(one, nn.Sequential) else None for one in found]
        return list(zip(self.channels, layers, strict=True))

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return `input` [N, C, H, W] mixed."""
        parts = torch.split(input, self.channels, dim=1)
        pairs = zip(self.slices(), parts, strict=True)
        return torch.cat([part if layers is None else layers(part) for (_, layers), part in pairs], dim=1)


def _name(place: int) -> str:
    return f"slice{place}"


class Gate(nn.Module):
    """The product of both halves of the channels."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return [N, C / 2, H, W] of `input` [N, C, H, W]."""
        first, second = input.chunk(2, dim=1)
        return self.activated(first) * second

    def activated(self, values: Tensor) -> Tensor:
        """Return what the first half is multiplied as."""
        return values


class SiLUGate(Gate):
    """The product of both halves, the first through SiLU."""

    def activated(self, values: Tensor) -> Tensor:
        """Return x times sigmoid(x)."""
        return F.silu(values)


class GELUGate(Gate):
    """The product of both halves, the first through GELU in its approximation by tanh."""

    def activated(self, values: Tensor) -> Tensor:
        """Return x / 2 * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))."""
        return F.gelu(values, approximate="tanh")


class SigmoidGate(Gate):
    """The product of both halves, of the first its sigmoid: between 0 and 1."""

    def activated(self, values: Tensor) -> Tensor:
        """Return 1 / (1 + exp(-x))."""
        return torch.sigmoid(values)


class TanhGate(Gate):
    """The product of both halves, of the first its hyperbolic tangent: between -1 and 1."""

    def activated(self, values: Tensor) -> Tensor:
        """Return tanh(x)."""
        return torch.tanh(values)


class ChannelScale(nn.Module):
    """A learned factor for each channel, one at first."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return `input` [N, C, H, W] scaled."""
        return input * self.weight.to(input.dtype).view(-1, 1, 1)


class WideBlock(nn.Module):
    """Adds its input, times `scale` where there is one, to what it makes of it.

    That is mixed, normalized, expanded to twice the channels by a 1x1 convolution, gated, and contracted by
    another.
    """

    def __init__(  # noqa: PLR0917 - in the order that data goes through them
        self,
        mixing: Mixing,
        norm: nn.Module,
        expand: nn.Module,
        gate: nn.Module,
        contract: nn.Module,
        scale: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.mixing = mixing
        self.norm = norm
        self.expand = expand
        self.gate = gate
        self.contract = contract
        self.scale = scale

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the base class's name
        """Return [N, C, H, W] of `input` [N, C, H, W]."""
        out: Tensor = self.contract(self.gate(self.expand(self.norm(self.mixing(input)))))
        return out + (input if self.scale is None else self.scale(input))
