"""The Muon optimizer in C++: a whole step in one call, its matrices shared among threads."""

import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.training.native.bindings import BoundCall, data_ptr
from core.training.native.layer_pass import CHANNELS_LAST, inverse_order
from core.training.native.structures import MuonStepFields, MuonWeightFields
from core.training.optim.muon import gradient_of, matrices_of


class NativeMuon:
    """Muon on a processor, as `core.training.optim.muon.StackedMuon`; the same bits on any number of threads.

    Weights and `lr` are of single precision. A weight's matrix has its columns in the order of its memory,
    whichever that is: orthogonalization does not look at their order.

    Raises:
        ValueError: a weight lies neither plainly nor channels last in memory, or is of another precision.
    """

    def __init__(self, weights: Sequence[nn.Parameter], lr: Tensor, momentum: float) -> None:
        self._given = list(weights)
        # the largest first: whoever takes one last would keep the others waiting
        self._weights = sorted(weights, key=_work, reverse=True)
        self._orders = [_order(weight) for weight in self._weights]
        self._lr = lr
        self.momentum_buffer = torch.zeros(sum(weight.numel() for weight in self._weights))
        buffers = self._buffers()
        fields = [
            MuonWeightFields(data_ptr(weight), None, data_ptr(buffer), *matrices_of(weight))
            for weight, buffer in zip(self._weights, buffers, strict=True)
        ]
        self._fields = (MuonWeightFields * len(fields))(*fields)
        step = MuonStepFields(ctypes.addressof(self._fields), data_ptr(lr), momentum, len(fields))
        self._step = BoundCall("muon_step", step)

    def momenta(self) -> list[Tensor]:
        """Return the momentum of each weight, a view [out, in, h, w] of the buffer."""
        own = {
            id(weight): buffer.view(weight.permute(order).shape).permute(inverse_order(order))
            for weight, order, buffer in zip(self._weights, self._orders, self._buffers(), strict=True)
        }
        return [own[id(weight)] for weight in self._given]

    def _buffers(self) -> tuple[Tensor, ...]:
        return torch.split(self.momentum_buffer, [weight.numel() for weight in self._weights])

    @torch.no_grad()
    def step(self) -> None:
        """Update every weight from its gradient.

        Raises:
            ValueError: a weight has none.
        """
        grads = [  # held until the call is over
            gradient_of(weight).permute(order).contiguous()
            for weight, order in zip(self._weights, self._orders, strict=True)
        ]
        for fields, grad in zip(self._fields, grads, strict=True):
            fields.grad = data_ptr(grad)
        self._step()


def _order(weight: Tensor) -> tuple[int, ...]:
    """Return the order in which the dimensions of a convolution's weight lie in memory."""
    for order in (CHANNELS_LAST, (0, 1, 2, 3)):
        if weight.dtype == torch.float32 and weight.permute(order).is_contiguous():
            return order
    raise ValueError(f"no weight for the C++ Muon: {weight.dtype}, strides {weight.stride()}")


def _work(weight: Tensor) -> int:
    """Return about how many multiplications the matrices of a weight take."""
    matrices, rows, columns = matrices_of(weight)
    side, length = sorted((rows, columns))
    return matrices * side * side * (17 * side + 2 * length)
