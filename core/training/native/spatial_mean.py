"""The mean over all pixels, in C++."""

import torch
from torch import Tensor

from core.training.native.bindings import BoundCall, Source
from core.training.native.layer_pass import room_of, unbound


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

    def bind_backward(self) -> Tensor:
        """Make ready for `backward`; return where it reads the gradient of the mean."""
        grad_mean = torch.empty_like(self.mean)
        gradient = room_of(self._source).fields()
        self.backward = BoundCall("mean_backward", self._source.fields, grad_mean, gradient)
        return grad_mean
