"""Torch's fused SGD step without torch's compiler."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Sgd:
    """Stochastic gradient descent with momentum and weight decay, with the same steps as torch.optim.SGD.

    That class brings torch's compiler into the process, which takes as long as all of torch before it, and
    150 MB. `lr` is the learning rate, a tensor without dimensions on the weights' device, read at every step.
    """

    def __init__(
        self,
        weights: Sequence[nn.Parameter],
        lr: Tensor,
        momentum: float,
        weight_decay: float,
        *,
        nesterov: bool,
    ) -> None:
        self._weights = list(weights)
        self._lr = lr
        self._momentum = momentum
        self._weight_decay = weight_decay
        self._nesterov = nesterov
        self.momentum_buffers = [torch.zeros_like(weight) for weight in self._weights]

    @torch.no_grad()
    def step(self) -> None:
        """Update every weight that has a gradient."""
        with_grad = [i for i, weight in enumerate(self._weights) if weight.grad is not None]
        torch._fused_sgd_(
            [self._weights[i] for i in with_grad],
            [grad for weight in self._weights if (grad := weight.grad) is not None],
            [self.momentum_buffers[i] for i in with_grad],
            weight_decay=self._weight_decay,
            momentum=self._momentum,
            lr=self._lr,
            dampening=0.0,
            nesterov=self._nesterov,
            maximize=False,
            is_first_step=False,  # torch copies the first gradient; adding it to zeros is the same
        )
