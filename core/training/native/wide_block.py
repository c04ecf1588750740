"""A block of wide kernels in C++: its mixing, its normalization and its gate, each a pass over memory."""

from dataclasses import dataclass
from typing import Final, Self

from torch import nn

from core.training.native.bindings import LANES, Source
from core.training.native.errors import NotAvailableError
from core.training.native.gate import Activation, GatePass
from core.training.native.layer_pass import GradientRoom, Learned, unbound
from core.training.native.library import native_library
from core.training.native.mixing import MixedSlice, MixingPass, Skip
from core.training.native.normed import Normed, takes_sums
from core.training.network.layers import LayerNorm
from core.training.network.wide_block import (
    ChannelScale,
    Gate,
    GELUGate,
    Mixing,
    SigmoidGate,
    SiLUGate,
    TanhGate,
    WideBlock,
)

_ACTIVATIONS: Final = {
    Gate: Activation.IDENTITY,
    SiLUGate: Activation.SILU,
    GELUGate: Activation.GELU,
    SigmoidGate: Activation.SIGMOID,
    TanhGate: Activation.TANH,
}


@dataclass(frozen=True, slots=True)
class _Parts:
    """A block's modules, of the types that there are C++ layers for."""

    mixing: Mixing
    norm: nn.Module
    expand: nn.Conv2d
    gate: Gate
    contract: nn.Conv2d
    scale: ChannelScale | None

    @classmethod
    def of(cls, block: WideBlock) -> Self:
        """Take a block apart.

        Raises:
            NotAvailableError: it is made of others.
        """
        match block.mixing, block.expand, block.gate, block.contract, block.scale:
            case (
                Mixing() as mixing,
                nn.Conv2d(kernel_size=(1, 1), bias=None) as expand,
                Gate() as gate,
                nn.Conv2d(kernel_size=(1, 1), bias=None) as contract,
                (ChannelScale() | None) as scale,
            ):
                return cls(mixing, block.norm, expand, gate, contract, scale)
        raise NotAvailableError(f"no C++ layers for {block}")


class WideBlockPass:
    """Runs `block` on what `source` holds, plain values; its output has sums, where they are `summed`."""

    def __init__(self, source: Source, block: WideBlock, *, summed: bool, room: GradientRoom | None) -> None:
        parts = _Parts.of(block)
        skip = Skip(None if parts.scale is None else parts.scale.weight.detach())
        slices = [_mixed_slice(channels, layers) for channels, layers in parts.mixing.slices()]
        self._mixing = MixingPass(source, slices, skip, summed=takes_sums(parts.norm), room=room)
        self._normed = Normed.of(self._mixing.output, parts.norm)
        self._gate = GatePass(
            source,
            self._normed,
            skip,
            expand=parts.expand.weight,
            contract=parts.contract.weight,
            activation=_ACTIVATIONS[type(parts.gate)],
            summed=summed,
            room=room,
        )
        self.output = self._gate.output
        self.backward = unbound

    def forward(self) -> None:
        """Compute the output of what the source holds now."""
        self._mixing.forward()
        self._normed.forward()
        self._gate.forward()

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return the block's parameters, and where it writes their gradients."""
        passes = (self._gate, self._normed, self._mixing)
        learned = [pair for one in passes for pair in one.bind_backward()]
        self.backward = self._backward
        return learned

    def _backward(self) -> None:
        self._gate.backward()
        self._normed.backward()
        self._mixing.backward()


def check_block(block: WideBlock) -> None:
    """See that there are C++ layers for all of a block.

    Raises:
        NotAvailableError: there are none for a part.
    """
    parts = _Parts.of(block)
    functions = native_library().functions
    for count, layers in parts.mixing.slices():
        weight = _mixed_slice(count, layers).weight
        kernel = 1 if weight is None else weight.shape[-1]
        if count % LANES or not functions.supports_mixing_kernel(kernel):
            raise NotAvailableError(f"no C++ layer for {count} channels through {layers}")
    channels = sum(parts.mixing.channels)
    if isinstance(parts.norm, LayerNorm) or not functions.supports_gate(channels):
        raise NotAvailableError(f"no C++ layers for a gate of {channels} channels behind {parts.norm}")


def _mixed_slice(channels: int, layers: nn.Sequential | None) -> MixedSlice:
    """Return what the C++ layers read of a slice."""
    match [] if layers is None else list(layers):
        case []:
            return MixedSlice(channels)
        case [nn.AvgPool2d()]:
            return MixedSlice(channels, pooled=True)
        case [nn.AvgPool2d(), nn.Conv2d() as conv]:
            return MixedSlice(channels, conv.weight, int(conv.dilation[0]), pooled=True)
        case [nn.Conv2d() as conv]:
            return MixedSlice(channels, conv.weight, int(conv.dilation[0]))
    raise NotAvailableError(f"no C++ layer for {layers}")
