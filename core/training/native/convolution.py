"""A convolution in C++, with all that stands around it; activations lie as [N, side, side, channels]."""

import torch
from torch import Tensor

from core.training.native.bindings import (
    LANES,
    BoundCall,
    Output,
    Source,
    SourceGradient,
    Weights,
    kept_type,
    output_gradient,
)
from core.training.native.layer_pass import CHANNELS_LAST, GradientRoom, Learned, Ordered, room_of, unbound

_AS_IT_IS = (0, 1, 2, 3)


class ConvolutionPass:
    """Convolves `source` with `weight` [O, C, k, k], k 1 or 3, same padding.

    With `depthwise` [C, 1, 3, 3], each channel is convolved with its own kernel first (k is 1). A `residual`
    adds the source's values, of the same shape, to the result; where it `pools`, it keeps the greatest of
    each 2x2. Gradients, where they are wanted, find `room`.

    The output has values [N, side, side, O] (half the side, where it pools), and for what normalizes it
    sums [N, 2, O]: each channel's sum and sum of squares.

    Raises:
        ValueError: the shapes do not fit what is asked for, or a gradient for the source's values is wanted
            where C is no multiple of 8, as for the images themselves.
    """

    def __init__(
        self,
        source: Source,
        weight: Tensor,
        *,
        depthwise: Tensor | None = None,
        pools: bool = False,
        residual: bool = False,
        room: GradientRoom | None = None,
    ) -> None:
        _check(source, weight, depthwise, pools=pools, residual=residual)
        images, side = source.values.shape[:2]
        outputs, across = len(weight), side // 2 if pools else side
        self.source = source
        self._weight = Ordered(weight, CHANNELS_LAST)
        self._depthwise = None if depthwise is None else Ordered(depthwise, _AS_IT_IS)
        own = None if self._depthwise is None else self._depthwise.values
        self._weights = Weights(self._weight.values, own)
        values = torch.empty(images, across, across, outputs, dtype=kept_type())
        self._out = Output(
            values,
            sums=torch.empty(images, 2, outputs),
            argmax=torch.empty_like(values, dtype=torch.uint8) if pools else None,
            residual=residual,
        )
        gradient = None if room is None else SourceGradient(room.take(values))
        self.output = Source(values, sums=self._out.sums, gradient=gradient)
        self._forward = BoundCall(
            "convolution_forward", source.fields, self._weights.fields(), self._out.fields()
        )
        self.backward = unbound

    def forward(self) -> None:
        """Convolve what the source holds now."""
        self._weight.refresh()
        if self._depthwise is not None:
            self._depthwise.refresh()
        self._forward()

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return the weights, and where it writes their gradients."""
        grad_values = room_of(self.output).values
        weight, own = self._weights.weight, self._weights.depthwise
        grad_weights = Weights(torch.empty_like(weight), None if own is None else torch.empty_like(own))
        self.backward = BoundCall(
            "convolution_backward",
            self.source.fields,
            self._weights.fields(),
            self._out.fields(),
            output_gradient(grad_values, self.output.grad_sums),
            (self.source.gradient or SourceGradient()).fields(),
            grad_weights.gradient(),
        )
        learned = [self._weight.learned(grad_weights.weight)]
        if self._depthwise is not None and grad_weights.depthwise is not None:
            learned.append(self._depthwise.learned(grad_weights.depthwise))
        return learned


def _check(source: Source, weight: Tensor, depthwise: Tensor | None, *, pools: bool, residual: bool) -> None:
    outputs, channels, kernel = weight.shape[:3]
    if pools and source.values.shape[1] % 2:
        raise ValueError("pooling takes an even side")
    if depthwise is not None and kernel != 1:
        raise ValueError("a depthwise convolution is followed by a kernel of 1")
    if residual and (pools or outputs != channels):
        raise ValueError("a residual keeps the shape")
    # the source's gradient is written by whole lanes, beyond the end of what has no whole number of them
    if channels % LANES and source.gradient is not None:
        raise ValueError(f"no gradient for {channels} channels in C++: call the torch network itself")
