"""A recipe's optimizers on a network's weights.

A step reads nothing from the device and changes only tensors that were there before it, the learning rates
among them: it can be captured as a CUDA graph.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from core.config.presets import Optimizer, Recipe
from core.training.native.library import is_available
from core.training.native.muon import NativeMuon
from core.training.optim.muon import Muon, StackedMuon, scale_back
from core.training.optim.sgd import Sgd

# One stack of matrices takes a quarter of the launches of four, which is what a step costs on a GPU. A CPU
# pays for every zero as well, and only the smallest matrices are worth filling up.
_LEAST_SIDE: Final = 16
_LEAST_SIDE_ON_CUDA: Final = 64


def fastest_muon(weights: Sequence[nn.Parameter], rate: Tensor, momentum: float) -> Muon:
    """Return Muon in C++ where there is such, else torch's with stacks that suit the device."""
    if rate.device.type == "cpu" and is_available():
        return NativeMuon(weights, rate, momentum)
    least_side = _LEAST_SIDE_ON_CUDA if rate.device.type == "cuda" else _LEAST_SIDE
    return StackedMuon(weights, rate, momentum, least_side=least_side)


class Descent:
    """A recipe's optimizers on a network's weights."""

    def __init__(self, network: nn.Module, recipe: Recipe) -> None:
        self._weights = list(network.parameters())
        device = self._weights[0].device
        self._peaks = torch.tensor([recipe.learning_rate, recipe.auxiliary_learning_rate], device=device)
        self._rates = self._peaks.clone()
        self._muon: Muon | None = None
        self._kept: list[nn.Parameter] = []  # at one norm
        plain, rate, momentum = self._weights, self._rates[0], recipe.momentum
        if recipe.optimizer is Optimizer.MUON:
            *hidden, _classifier = [w for w in self._weights if w.ndim == 4]  # noqa: PLR2004 - [out, in, h, w]
            self._muon = fastest_muon(hidden, rate, momentum)
            self._kept = hidden if recipe.fixed_weight_norm else []
            chosen = {id(w) for w in hidden}
            plain = [w for w in self._weights if id(w) not in chosen]
            rate, momentum = self._rates[1], recipe.auxiliary_momentum
        self._sgd = Sgd(plain, rate, momentum, recipe.weight_decay, nesterov=recipe.nesterov)

    @property
    def state(self) -> list[Tensor]:
        """What steps change beyond the weights: every momentum."""
        return self._sgd.averages if self._muon is None else [*self._sgd.averages, self._muon.average]

    def step(self, loss: Tensor, factor: float | Tensor) -> None:
        """Move the weights against the gradient of `loss`, at the share `factor` of the peak rates.

        A tensor `factor` has one element, on the weights' device.
        """
        self.forget_gradients()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.mul(self._peaks, factor, out=self._rates)
        if self._muon is not None:
            self._muon.step()
            scale_back(self._kept)
        self._sgd.step()

    def forget_gradients(self) -> None:
        """Let go of the last step's gradients, so that the next step's take their place uncopied."""
        for weight in self._weights:
            weight.grad = None
