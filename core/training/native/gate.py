"""The second half of a block of wide kernels, in C++: two 1x1 convolutions, a gate between, and the skip."""

from enum import IntEnum

import torch
from torch import Tensor

from core.training.native.bindings import BoundCall, Source, SourceGradient, data_ptr, output_gradient
from core.training.native.layer_pass import CHANNELS_LAST, GradientRoom, Learned, Ordered, room_of, unbound
from core.training.native.mixing import Skip
from core.training.native.normed import Normed
from core.training.native.structures import GateFields, GateGradientFields


class Activation(IntEnum):
    """As `gates.hpp` numbers them."""

    IDENTITY = 0
    SILU = 1
    GELU = 2
    SIGMOID = 3
    TANH = 4


class GatePass:
    """Expands what is `normed`, gates it, contracts it, and adds what is skipped: the block's input `source`.

    `expand` and `contract` are [2C, C, 1, 1] and [C, C, 1, 1]. The output has values [N, side, side, C] and,
    where they are `summed`, sums [N, 2, C]. Tells `skip` where the output's gradient will be.
    """

    def __init__(  # noqa: PLR0913 - a block's second half has so many parts
        self,
        source: Source,
        normed: Normed,
        skip: Skip,
        *,
        expand: Tensor,
        contract: Tensor,
        activation: Activation,
        summed: bool,
        room: GradientRoom | None = None,
    ) -> None:
        images, _, _, channels = source.values.shape
        self._normed = normed
        self._weights = [Ordered(weight, CHANNELS_LAST) for weight in (expand, contract)]
        values = torch.empty_like(source.values)
        sums = torch.empty(images, 2, channels) if summed else None
        gradient = None if room is None else SourceGradient(room.take(values))
        self.output = Source(values, sums=sums, gradient=gradient)
        skip.gradient = None if gradient is None else gradient.values
        self._gate = GateFields(
            *(data_ptr(weight.values) for weight in self._weights),
            data_ptr(source.values),
            data_ptr(skip.scale),
            activation,
        )
        self._forward = BoundCall("gate_forward", normed.fields, self._gate, values, sums)
        self.backward = unbound

    def forward(self) -> None:
        """Compute the output of what is normed now."""
        for weight in self._weights:
            weight.refresh()
        self._forward()

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return the weights, and where it writes their gradients."""
        grad_values = room_of(self.output).values
        grads = [torch.empty_like(weight.values) for weight in self._weights]
        self.backward = BoundCall(
            "gate_backward",
            self._normed.fields,
            self._gate,
            self.output.values,
            output_gradient(grad_values, self.output.grad_sums),
            grad_values,
            self._normed.gradient,
            GateGradientFields(*map(data_ptr, grads)),
        )
        return [weight.learned(grad) for weight, grad in zip(self._weights, grads, strict=True)]
