"""The optimizers of the loops that ours is measured against: all of them torch's own."""

from typing import Final, Protocol

import torch
from torch import Tensor, nn

from tests.bench.loop_task import TorchOptimizer

_DIMENSIONS: Final = 4  # of a convolution's weight
_RATE: Final = 0.01
_MUON_RATE: Final = 0.02


class Steps(Protocol):
    """What a training step asks of an optimizer."""

    def zero_grad(self) -> None:
        """Forget the gradients, set to None."""

    def step(self) -> object:
        """Update every weight from its gradient."""


def torch_optimizer(network: nn.Module, kind: TorchOptimizer, *, fused: bool) -> Steps:
    """Return the optimizer of all weights of `network`, at a constant learning rate.

    SGD is one call for all weights where it is `fused`.
    """
    if kind is TorchOptimizer.MUON:
        return MuonAndSgd(network, fused=fused)
    return _sgd(list(network.parameters()), fused=fused)


class MuonAndSgd:
    """torch.optim.Muon for every convolution but the last, the classifier; SGD for everything else.

    torch's takes two-dimensional parameters alone: it is given each weight [out, in, h, w] as a view
    [out, in*h*w], in the order of its memory, so nothing is copied. It orthogonalizes in bf16, one matrix
    after the other.
    """

    def __init__(self, network: nn.Module, *, fused: bool) -> None:
        *hidden, _classifier = (weight for weight in network.parameters() if weight.ndim == _DIMENSIONS)
        self._hidden = [_Hidden(weight) for weight in hidden]
        self._muon = torch.optim.Muon(
            [weight.matrix for weight in self._hidden], lr=_MUON_RATE, momentum=0.95, weight_decay=0.0
        )
        taken = {id(weight) for weight in hidden}
        self._sgd = _sgd([weight for weight in network.parameters() if id(weight) not in taken], fused=fused)

    def zero_grad(self) -> None:
        """Forget the gradients, set to None."""
        for hidden in self._hidden:
            hidden.weight.grad = hidden.matrix.grad = None
        self._sgd.zero_grad()

    def step(self) -> None:
        """Update every weight from its gradient."""
        for hidden in self._hidden:
            hidden.matrix.grad = hidden.gradient()
        self._muon.step()  # type: ignore[no-untyped-call]
        self._sgd.step()


class _Hidden:
    """A convolution's weight [out, in, h, w], and a parameter [out, in*h*w] that lies in the same memory."""

    def __init__(self, weight: nn.Parameter) -> None:
        self.weight = weight
        self._channels_last = weight.is_contiguous(memory_format=torch.channels_last)
        self.matrix = nn.Parameter(self._viewed(weight.detach()))

    def gradient(self) -> Tensor:
        """Return the weight's gradient as one of the matrix."""
        assert self.weight.grad is not None
        return self._viewed(self.weight.grad)

    def _viewed(self, tensor: Tensor) -> Tensor:
        return (tensor.permute(0, 2, 3, 1) if self._channels_last else tensor).flatten(1)


def _sgd(weights: list[nn.Parameter], *, fused: bool) -> torch.optim.SGD:
    return torch.optim.SGD(
        weights, lr=_RATE, momentum=0.9, weight_decay=5e-4, nesterov=True, fused=True if fused else None
    )
