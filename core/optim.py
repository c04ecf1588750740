"""The optimizers of the recipes, with their learning rate schedules; Muon itself is in core/muon.py.

A step reads nothing from the device and changes only tensors that were there before it, the learning rates
among them: it can be captured as a CUDA graph.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from core.config.presets import Optimizer, Recipe, Schedule
from core.muon import Muon, StackedMuon
from core.native.library import is_available
from core.native.muon import NativeMuon

_STEP_AT: Final = 0.75  # of the run: the published log flattens after 15 of 20 epochs
_STEP_FACTOR: Final = 0.1

# One stack of matrices takes a quarter of the launches of four, which is what a step costs on a GPU. A CPU
# pays for every zero as well, and only the smallest matrices are worth filling up.
_LEAST_SIDE: Final = 16
_LEAST_SIDE_ON_CUDA: Final = 64


class Sgd:
    """Stochastic gradient descent with momentum and weight decay, as torch.optim.SGD takes its steps.

    That class brings torch's compiler into the process, which takes as long as all of torch before it, and
    150 MB. `rate` is the learning rate, a tensor without dimensions on the weights' device, read at every
    step.
    """

    def __init__(
        self,
        weights: Sequence[nn.Parameter],
        rate: Tensor,
        momentum: float,
        weight_decay: float,
        *,
        nesterov: bool,
    ) -> None:
        self._weights = list(weights)
        self._rate = rate
        self._momentum = momentum
        self._weight_decay = weight_decay
        self._nesterov = nesterov
        self.averages = [torch.zeros_like(weight) for weight in self._weights]

    @torch.no_grad()
    def step(self) -> None:
        """Update every weight that has a gradient."""
        learning = [i for i, weight in enumerate(self._weights) if weight.grad is not None]
        torch._fused_sgd_(
            [self._weights[i] for i in learning],
            [grad for weight in self._weights if (grad := weight.grad) is not None],
            [self.averages[i] for i in learning],
            weight_decay=self._weight_decay,
            momentum=self._momentum,
            lr=self._rate,
            dampening=0.0,
            nesterov=self._nesterov,
            maximize=False,
            is_first_step=False,  # torch begins with the first gradient, which averaged into zero is the same
        )


def rate_factor(recipe: Recipe, progress: float) -> float:
    """Return the share of the peak learning rate at `progress` through the run, 0 (start) to 1 (end)."""
    match recipe.schedule:
        case Schedule.STEP:
            return 1.0 if progress < _STEP_AT else _STEP_FACTOR
        case Schedule.LINEAR if progress < recipe.warmup:
            return progress / recipe.warmup
        case Schedule.LINEAR:
            return (1.0 - progress) / (1.0 - recipe.warmup)


def fastest_muon(weights: Sequence[nn.Parameter], rate: Tensor, momentum: float) -> Muon:
    """Return Muon in C++ where there is such, else torch's with stacks that suit the device."""
    if rate.device.type == "cpu" and is_available():
        return NativeMuon(weights, rate, momentum)
    least_side = _LEAST_SIDE_ON_CUDA if rate.device.type == "cuda" else _LEAST_SIDE
    return StackedMuon(weights, rate, momentum, least_side=least_side)


@torch.no_grad()
def scale_back(weights: Sequence[nn.Parameter]) -> None:
    """Scale the weight of each convolution to the norm √outputs.

    As airbench94_muon does (Keller Jordan, https://github.com/KellerJordan/cifar10-airbench). The norm behind
    a convolution makes its scale irrelevant, but the greater it has grown, the less does a step of the same
    length change: without this, Muon's steps become 20 to 30 times smaller in a run.
    """
    for weight in weights:
        weight.mul_(len(weight) ** 0.5 / torch.linalg.vector_norm(weight))


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
