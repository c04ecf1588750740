"""The optimizers of the recipes, with their learning rate schedules."""

from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor, nn

from core.presets import Optimizer, Recipe, Schedule

# The quintic whose iteration drives every singular value near 1 (Keller Jordan 2024, "Muon: An optimizer for
# hidden layers in neural networks", at kellerjordan.github.io/posts/muon); five rounds are his choice too.
_NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
_NEWTON_SCHULZ_STEPS: Final = 5

_STEP_AT: Final = 0.75  # of the run: the published log flattens after 15 of 20 epochs
_STEP_FACTOR: Final = 0.1


class Muon(torch.optim.Optimizer):
    """Momentum whose step is made orthogonal, so that every direction of a weight learns equally fast.

    For convolution weights [out, in, h, w], taken as matrices [out, in*h*w]. torch.optim.Muon takes only
    two-dimensional parameters. Nesterov momentum, no weight decay: the norm behind each convolution makes
    its scale irrelevant.
    """

    def __init__(self, params: list[nn.Parameter], lr: float, momentum: float) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Update every weight from its gradient."""
        if closure is not None:
            raise TypeError("Muon takes no closure")
        for group in self.param_groups:
            for weight in group["params"]:
                self._update(weight, group["lr"], group["momentum"])

    def _update(self, weight: nn.Parameter, learning_rate: float, momentum: float) -> None:
        gradient = weight.grad
        if gradient is None:
            return
        state: dict[str, Any] = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        average = state["momentum"].mul_(momentum).add_(gradient)
        step = orthogonalized(gradient.add(average, alpha=momentum).flatten(1))
        rows, columns = step.shape
        weight.add_(step.view_as(weight), alpha=-learning_rate * max(1.0, rows / columns) ** 0.5)


def orthogonalized(matrix: Tensor) -> Tensor:
    """Return about the nearest semi-orthogonal matrix to `matrix` [rows, columns].

    Singular values come out near 1, between about 0.6 and 1.2, and not at 1: five rounds are enough to train.
    """
    a, b, c = _NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x: Tensor = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(_NEWTON_SCHULZ_STEPS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


def rate_factor(recipe: Recipe, progress: float) -> float:
    """Return the share of the peak learning rate at `progress` through the run, 0 (start) to 1 (end)."""
    match recipe.schedule:
        case Schedule.STEP:
            return 1.0 if progress < _STEP_AT else _STEP_FACTOR
        case Schedule.LINEAR if progress < recipe.warmup:
            return progress / recipe.warmup
        case Schedule.LINEAR:
            return (1.0 - progress) / (1.0 - recipe.warmup)


class Descent:
    """A recipe's optimizers on a network's weights, at the schedule's learning rate."""

    def __init__(self, network: nn.Sequential, recipe: Recipe) -> None:
        self._recipe = recipe
        self._optimizers = _optimizers(network, recipe)
        self._peaks = [[group["lr"] for group in o.param_groups] for o in self._optimizers]

    def step(self, loss: Tensor, progress: float) -> None:
        """Move the weights against the gradient of `loss`, `progress` (0 to 1) through the run."""
        factor = rate_factor(self._recipe, progress)
        for optimizer, peaks in zip(self._optimizers, self._peaks, strict=True):
            optimizer.zero_grad()
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * factor
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in self._optimizers:
            optimizer.step()


def _optimizers(network: nn.Sequential, recipe: Recipe) -> list[torch.optim.Optimizer]:
    def sgd(params: list[nn.Parameter], learning_rate: float, momentum: float) -> torch.optim.Optimizer:
        return torch.optim.SGD(
            params,
            lr=learning_rate,
            momentum=momentum,
            nesterov=recipe.nesterov,
            weight_decay=recipe.weight_decay,
        )

    parameters = list(network.parameters())
    if recipe.optimizer is Optimizer.SGD:
        return [sgd(parameters, recipe.learning_rate, recipe.momentum)]
    *hidden, _classifier = [p for p in parameters if p.ndim == 4]  # noqa: PLR2004 - [out, in, h, w]
    chosen = {id(p) for p in hidden}
    rest = [p for p in parameters if id(p) not in chosen]
    return [
        Muon(hidden, recipe.learning_rate, recipe.momentum),
        sgd(rest, recipe.auxiliary_learning_rate, recipe.auxiliary_momentum),
    ]
