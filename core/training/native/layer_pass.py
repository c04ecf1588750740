"""What every C++ layer's pass over a batch has, and the memory that passes share."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import torch
from torch import Tensor

from core.training.native.bindings import Source, SourceGradient

CHANNELS_LAST: Final = (0, 2, 3, 1)
"""The order of a weight's dimensions [O, C, k, k] in which the C++ layers have it in memory."""


class LayerPass(Protocol):
    """A layer's pass over one batch: memory laid out and calls bound, to be run again on other values."""

    output: Source
    backward: Callable[[], None]
    """Computes the gradients of the parameters, and of the source where it has room for one."""

    def forward(self) -> None:
        """Compute the output of what the source holds now."""

    def bind_backward(self) -> "list[Learned]":
        """Make ready for `backward`, after whoever takes the output has; return what it computes.

        Raises:
            TypeError: the pass was laid out without room for gradients.
        """


def unbound() -> None:
    """Stand for `backward` until it is bound.

    Raises:
        TypeError: always.
    """
    raise TypeError("bind_backward comes before backward")


def room_of(source: Source) -> SourceGradient:
    """Return where the gradient of `source` goes.

    Raises:
        TypeError: there is no room for it.
    """
    if source.gradient is None:
        raise TypeError("laid out without room for gradients")
    return source.gradient


def inverse_order(order: Sequence[int]) -> tuple[int, ...]:
    """Return the order that undoes a permutation by `order`."""
    return tuple(sorted(range(len(order)), key=order.__getitem__))


class Ordered:
    """A parameter with its dimensions in another order, as the C++ layers read it."""

    def __init__(self, parameter: Tensor, order: Sequence[int]) -> None:
        self._parameter = parameter
        self._order = tuple(order)
        self._view = parameter.detach().permute(self._order)
        self.values = self._view.contiguous()  # no copy where it lies so in memory
        self._lies_so = self.values.data_ptr() == self._view.data_ptr()

    def refresh(self) -> None:
        """Follow the parameter."""
        if not self._lies_so:
            self.values.copy_(self._view)

    def learned(self, gradient: Tensor) -> "Learned":
        """Return the parameter with its gradient, of which `gradient` is given in the other order."""
        return self._parameter, gradient.permute(inverse_order(self._order))


Learned = tuple[Tensor, Tensor]
"""A parameter, and where its gradient is written by every pass backward."""


class GradientRoom:
    """Memory for the gradients of activations: each is read when that of the layer before is written.

    So two places do, in turn, for any number of layers.
    """

    def __init__(self) -> None:
        self._places: list[Tensor | None] = [None, None]

    def take(self, values: Tensor) -> Tensor:
        """Return room for the gradient of `values`, until the next but one is taken."""
        place = self._places.pop(0)
        if place is None or place.numel() < values.numel():
            place = torch.empty_like(values).flatten()
        self._places.append(place)
        return place[: values.numel()].view(values.shape)
