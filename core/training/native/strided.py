"""A 2x2 convolution of stride 2, in C++; activations lie as [N, side, side, channels]."""

import torch
from torch import Tensor

from core.training.native.bindings import BoundCall, Source, SourceGradient, data_ptr, output_gradient
from core.training.native.layer_pass import CHANNELS_LAST, GradientRoom, Learned, Ordered, room_of, unbound
from core.training.native.structures import StridedFields


class StridedPass:
    """Convolves `source`, plain values, with `weight` [O, C, 2, 2] to half the side.

    The output has values [N, side / 2, side / 2, O] and sums [N, 2, O].
    """

    def __init__(self, source: Source, weight: Tensor, *, room: GradientRoom | None = None) -> None:
        images, side, _, inputs = source.values.shape
        self.source = source
        self._weight = Ordered(weight, CHANNELS_LAST)
        values = torch.empty(images, side // 2, side // 2, len(weight), dtype=source.values.dtype)
        gradient = None if room is None else SourceGradient(room.take(values))
        self.output = Source(values, sums=torch.empty(images, 2, len(weight)), gradient=gradient)
        self._layer = StridedFields(
            data_ptr(source.values), data_ptr(self._weight.values), images, side, inputs, len(weight)
        )
        self._forward = BoundCall("strided_forward", self._layer, values, self.output.sums)
        self.backward = unbound

    def forward(self) -> None:
        """Convolve what the source holds now."""
        self._weight.refresh()
        self._forward()

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return the weight, and where it writes the gradient."""
        grad_values = room_of(self.output).values
        grad_weight = torch.empty_like(self._weight.values)
        self.backward = BoundCall(
            "strided_backward",
            self._layer,
            self.output.values,
            output_gradient(grad_values, self.output.grad_sums),
            grad_values,
            room_of(self.source).values,
            grad_weight,
        )
        return [self._weight.learned(grad_weight)]
