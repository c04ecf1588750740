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
from core.training.optim.muon import Muon, StackedMuon, renormalize_weights
from core.training.optim.sgd import Sgd

# One stack of matrices takes a quarter of the launches of four, which is what a step costs on a GPU. A CPU
# pays for every zero as well, and only the smallest matrices are worth filling up.
_MIN_SIDE: Final = 16
_MIN_SIDE_ON_CUDA: Final = 64


def fastest_muon(weights: Sequence[nn.Parameter], lr: Tensor, momentum: float) -> Muon:
    """Return Muon in C++ where there is such, else torch's with stacks that suit the device."""
    if lr.device.type == "cpu" and is_available():
        return NativeMuon(weights, lr, momentum)
    min_side = _MIN_SIDE_ON_CUDA if lr.device.type == "cuda" else _MIN_SIDE
    return StackedMuon(weights, lr, momentum, min_side=min_side)


def _hidden(network: nn.Module, weights: Sequence[nn.Parameter]) -> list[nn.Parameter]:
    """Return the weights that are Muon's, in their order."""
    convolutions = {id(layer.weight) for layer in network.modules() if isinstance(layer, nn.Conv2d)}
    last = next((id(weight) for weight in reversed(weights) if weight.ndim > 1), None)
    return [weight for weight in weights if id(weight) in convolutions - {last}]


class RecipeOptimizer:
    """A recipe's optimizers for a network's weights: SGD alone, or Muon for hidden convolutions beside it.

    Hidden are the weights of all `Conv2d`, of any size, dilation and groups, but of one that gives the
    logits: the last weight of two dimensions or more. SGD has the rest: linear layers, vectors, classifier.
    """

    def __init__(self, network: nn.Module, recipe: Recipe) -> None:
        trained = {name: weight for name, weight in network.named_parameters() if weight.requires_grad}
        self._names = list(trained)
        self._weights = list(trained.values())
        device = self._weights[0].device
        self._peak_lrs = torch.tensor([recipe.learning_rate, recipe.auxiliary_learning_rate], device=device)
        self._lrs = self._peak_lrs.clone()
        self._muon: Muon | None = None
        self._renormalized: list[nn.Parameter] = []
        hidden: list[nn.Parameter] = []
        others, lr, momentum = self._weights, self._lrs[0], recipe.momentum
        if recipe.optimizer is Optimizer.MUON:
            hidden = _hidden(network, self._weights)
            self._muon = fastest_muon(hidden, lr, momentum) if hidden else None
            self._renormalized = hidden if recipe.fixed_weight_norm else []
            by_muon = {id(w) for w in hidden}
            others = [w for w in self._weights if id(w) not in by_muon]
            lr, momentum = self._lrs[1], recipe.auxiliary_momentum
        self._sgd = Sgd(others, lr, momentum, recipe.weight_decay, nesterov=recipe.nesterov)
        self._in_turn = (*hidden, *others)

    @property
    def state(self) -> list[Tensor]:
        """What steps change beyond the weights: every momentum buffer."""
        muons = [] if self._muon is None else [self._muon.momentum_buffer]
        return [*self._sgd.momentum_buffers, *muons]

    def momenta(self) -> dict[str, Tensor]:
        """Return the momentum of every weight by its name, in its shape: views, to be read or copied into.

        The same whichever way the optimizer computes, so that one way can go on where another stopped.
        """
        by_muon = [] if self._muon is None else self._muon.momenta()
        momenta = (*by_muon, *self._sgd.momentum_buffers)
        own = {id(weight): momentum for weight, momentum in zip(self._in_turn, momenta, strict=True)}
        return {name: own[id(weight)] for name, weight in zip(self._names, self._weights, strict=True)}

    def step(self, loss: Tensor, lr_factor: float | Tensor) -> None:
        """Take one step down the gradient of `loss`, at `lr_factor` times the peak learning rates.

        A tensor `lr_factor` has one element, on the weights' device.
        """
        self.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.mul(self._peak_lrs, lr_factor, out=self._lrs)
        if self._muon is not None:
            self._muon.step()
            renormalize_weights(self._renormalized)
        self._sgd.step()

    def zero_grad(self) -> None:
        """Set all gradients to None, so that the next backward pass need not add to them."""
        for weight in self._weights:
            weight.grad = None
