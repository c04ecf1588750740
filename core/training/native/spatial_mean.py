"""The mean over all pixels, in C++."""

import torch
from torch import Tensor, nn

from core.training.native.bindings import BoundCall, Source
from core.training.native.layer_pass import Learned, room_of, unbound
from core.training.native.normed import Normed


class SpatialMeanPass:
    """Takes the mean of `source` over all pixels, `mean` [N, C]."""

    def __init__(self, source: Source) -> None:
        images, _, _, channels = source.values.shape
        self._source = source
        self.mean = torch.empty(images, channels)
        self._forward = BoundCall("mean_forward", source.fields, self.mean)
        self.backward = unbound

    def forward(self) -> None:
        """Take the mean of what the source holds now."""
        self._forward()

    def bind_backward(self, grad_mean: Tensor) -> list[Learned]:
        """Make ready for `backward`, which reads the gradient of the mean there; nothing is learned."""
        gradient = room_of(self._source).fields()
        self.backward = BoundCall("mean_backward", self._source.fields, grad_mean, gradient)
        return []


class NormedMeanPass:
    """Takes the mean over all pixels of `source` behind `norm`, without ReLU: `mean` [N, C]."""

    def __init__(self, source: Source, norm: nn.Module) -> None:
        images, _, _, channels = source.values.shape
        self._normed = Normed.of(source, norm)
        self.mean = torch.empty(images, channels)
        self._forward = BoundCall("normed_mean_forward", self._normed.fields, self.mean)
        self._backward = unbound

    def forward(self) -> None:
        """Take the mean of what the source holds now."""
        self._normed.forward()
        self._forward()

    def bind_backward(self, grad_mean: Tensor) -> list[Learned]:
        """Make ready for `backward`, which reads the gradient of the mean there.

        Returns the norm's parameters, and where it writes their gradients.
        """
        fields, gradient = self._normed.fields, self._normed.gradient
        self._backward = BoundCall("normed_mean_backward", fields, grad_mean, gradient)
        return self._normed.bind_backward()

    def backward(self) -> None:
        """Compute the gradients of the source and of the norm's parameters."""
        self._backward()
        self._normed.backward()
