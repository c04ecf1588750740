"""A whole network's pass over a batch, forward and backward, as one function that torch can differentiate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from core.training.native.bindings import Source
from core.training.native.layer_pass import GradientRoom, LayerPass, Learned
from core.training.native.spatial_mean import NormedMeanPass, SpatialMeanPass

Layer = Callable[[Source, GradientRoom | None], LayerPass]
"""Lays out a layer's pass over what a source holds; with room for gradients where it is to learn."""


@dataclass(frozen=True, slots=True)
class Head:
    """What ends a network: `conv`, of kernel 1, of the mean over all pixels, behind a `norm` if any."""

    conv: nn.Conv2d
    norm: nn.Module | None = None


class Classifier:
    """Gives logits [N, classes]: the convolution of `head` of the mean over all pixels of `source`."""

    def __init__(self, source: Source, head: Head) -> None:
        self._mean = SpatialMeanPass(source) if head.norm is None else NormedMeanPass(source, head.norm)
        self._conv = head.conv

    def forward(self) -> Tensor:
        """Return the logits of what the source holds now."""
        self._mean.forward()
        return torch.mm(self._mean.mean, self._weight.t())

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return the weight and where it writes the gradient."""
        self._grad_mean = torch.empty_like(self._mean.mean)
        self._grad_weight = torch.empty_like(self._weight.t())
        own = self._conv.weight, self._grad_weight.t().view_as(self._conv.weight)
        return [own, *self._mean.bind_backward(self._grad_mean)]

    def backward(self, grad_logits: Tensor) -> None:
        """Compute the gradients of the weight and of the source."""
        torch.mm(self._mean.mean.t(), grad_logits, out=self._grad_weight)
        torch.mm(grad_logits, self._weight, out=self._grad_mean)
        self._mean.backward()

    @property
    def _weight(self) -> Tensor:
        return self._conv.weight.detach().flatten(1)


class NetworkPass:
    """The pass of `layers` and a `head` over batches like `images` [N, side, side, 3], to learn from.

    Its memory is laid out once and used for every batch: only the newest pass can go backward.
    """

    def __init__(self, layers: Sequence[Layer], head: Head, images: Tensor) -> None:
        room = GradientRoom()
        self._images = source = Source(images)
        self._passes: list[LayerPass] = []
        for layer in layers:
            self._passes.append(layer(source, room))
            source = self._passes[-1].output
        self._classifier = Classifier(source, head)
        # from behind: a normalization tells the convolution before it where it writes
        learned = self._classifier.bind_backward()
        for one in reversed(self._passes):
            learned += one.bind_backward()
        self._grads = {parameter.data_ptr(): gradient for parameter, gradient in learned}
        self.number = 0  # of passes forward

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits of `images`."""
        self.number += 1
        self._images.take(images)
        for one in self._passes:
            one.forward()
        return self._classifier.forward()

    def backward(self, grad_logits: Tensor, parameters: Sequence[Tensor]) -> list[Tensor]:
        """Return the gradients of `parameters`, which hold until the next pass backward."""
        self._classifier.backward(grad_logits)
        for one in reversed(self._passes):
            one.backward()
        return [self._grads[parameter.data_ptr()] for parameter in parameters]

    def logits(self, images: Tensor, parameters: Sequence[Tensor]) -> Tensor:
        """Return the logits of `images`, from which gradients flow back into `parameters`."""
        logits: Tensor = _NetworkFunction.apply(self, images, *parameters)
        return logits


# torch gives its context no fields: hence Any
class _NetworkFunction(Function):
    @staticmethod
    def forward(ctx: Any, network: NetworkPass, images: Tensor, *parameters: Tensor) -> Tensor:  # noqa: ANN401
        logits = network.forward(images)
        ctx.network, ctx.number, ctx.parameters = network, network.number, parameters
        return logits

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_logits: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        if ctx.number != ctx.network.number:
            raise RuntimeError("another batch was passed through the network since: go backward first")
        return None, None, *ctx.network.backward(grad_logits, ctx.parameters)
