"""The optimizers of the recipes, with their learning rate schedules.

A step reads nothing from the device and changes only tensors that were there before it, the learning rates
among them: it can be captured as a CUDA graph.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from core.orthogonal import orthogonalized
from core.presets import Optimizer, Recipe, Schedule

_STEP_AT: Final = 0.75  # of the run: the published log flattens after 15 of 20 epochs
_STEP_FACTOR: Final = 0.1

# One stack of matrices takes a quarter of the launches of four, which is what a step costs on a GPU. A CPU
# pays for every zero as well, and only the smallest matrices are worth filling up.
_LEAST_SIDE: Final = 16
_LEAST_SIDE_ON_CUDA: Final = 64


class Muon:
    """Momentum whose step is made orthogonal, so that every direction of a weight learns equally fast.

    For convolution weights [out, in, h, w], taken as matrices [out, h*w*in]; a depthwise convolution's as one
    matrix [1, h*w] a channel, for its channels do not mix. torch.optim.Muon takes only two-dimensional
    parameters, one after the other; here they are orthogonalized in stacks, where one with a smaller side
    (rows or columns) below `least_side` is filled up to it with zeros, single rows excepted. Nesterov
    momentum, no weight decay: the norm behind each convolution makes its scale irrelevant.

    `rate` is the learning rate, a tensor without dimensions on the weights' device, read at every step.
    """

    def __init__(
        self, weights: Sequence[nn.Parameter], rate: Tensor, momentum: float, *, least_side: int = 1
    ) -> None:
        self._weights = list(weights)
        self._rate = rate
        self._momentum = momentum
        # in the order of channels-last memory, so that neither weights nor gradients are copied into another
        self._matrices = [_channels_last(weight.detach()) for weight in self._weights]
        self._sizes = [weight.numel() for weight in self._weights]
        shapes = [shape for weight in self._weights for shape in _matrix_shapes(weight)]
        stacks = _stacks(shapes, least_side)
        self._stacks = [stack.to(rate.device) for stack in stacks]
        self._places = _places(stacks, sum(self._sizes)).to(rate.device)
        scales = [torch.full((r * c,), -(max(1.0, r / c) ** 0.5)) for r, c in shapes]
        self._scale = torch.cat(scales).to(rate.device)
        self._padding = torch.zeros(1, device=rate.device)
        self.average = torch.zeros_like(self._scale)

    @torch.no_grad()
    def step(self) -> None:
        """Update every weight from its gradient."""
        gradients = [_channels_last(g).flatten() for w in self._weights if (g := w.grad) is not None]
        gradient = torch.cat(gradients)
        self.average.mul_(self._momentum).add_(gradient)
        direction = torch.cat([gradient.add_(self.average, alpha=self._momentum), self._padding])
        # index_select: indexing with the tensor itself takes six times as long on a CPU
        stacks = [direction.index_select(0, stack.flatten()).view_as(stack) for stack in self._stacks]
        orthogonal = torch.cat([orthogonalized(stack).flatten() for stack in stacks])
        update = orthogonal.index_select(0, self._places).mul_(self._scale * self._rate)
        parts = torch.split(update, self._sizes)
        updates = [part.view_as(matrix) for part, matrix in zip(parts, self._matrices, strict=True)]
        torch._foreach_add_(self._matrices, updates)  # one launch, as in torch's own optimizers


class Sgd:
    """Stochastic gradient descent with momentum and weight decay, as torch.optim.SGD takes its steps.

    That class brings torch's compiler into the process, which takes as long as all of torch before it, and
    150 MB. `rate` is as for `Muon`.
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


def _channels_last(weight: Tensor) -> Tensor:
    """View weights [out, in, h, w] as [out, h, w, in]."""
    return weight.permute(0, 2, 3, 1)


def _matrix_shapes(weight: Tensor) -> list[tuple[int, int]]:
    """Return rows and columns of the matrices a convolution's weight is taken as."""
    outputs, inputs, height, width = weight.shape
    if inputs == 1:
        return [(1, height * width)] * outputs
    return [(outputs, height * width * inputs)]


def _stacks(shapes: Sequence[tuple[int, ...]], least_side: int) -> list[Tensor]:
    """Stack matrices of the same smaller side, tall ones lying on theirs.

    Returns for each stack [matrices, side, longest] where its elements stand in all matrices of `shapes`
    (rows, columns), laid end to end; padding stands just behind their end.
    """
    end = sum(rows * columns for rows, columns in shapes)
    sides: defaultdict[int, list[Tensor]] = defaultdict(list)
    elements = torch.split(torch.arange(end), [rows * columns for rows, columns in shapes])
    for own, (rows, columns) in zip(elements, shapes, strict=True):
        matrix = own.view(rows, columns)
        side = 1 if rows == 1 else max(least_side, min(rows, columns))
        sides[side].append(matrix.T if rows > columns else matrix)
    stacks = []
    for side, matrices in sides.items():
        stack = torch.full((len(matrices), side, max(side, *(m.shape[1] for m in matrices))), end)
        for place, matrix in zip(stack, matrices, strict=True):
            place[: matrix.shape[0], : matrix.shape[1]] = matrix
        stacks.append(stack)
    return stacks


def _places(stacks: Sequence[Tensor], count: int) -> Tensor:
    """Return where each of `count` elements stands in the stacks, laid end to end."""
    elements = torch.cat([stack.flatten() for stack in stacks])
    places = torch.empty(count + 1, dtype=torch.int64)
    places[elements] = torch.arange(len(elements))
    return places[:count]


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
    """A recipe's optimizers on a network's weights."""

    def __init__(self, network: nn.Module, recipe: Recipe) -> None:
        self._weights = list(network.parameters())
        device = self._weights[0].device
        self._peaks = torch.tensor([recipe.learning_rate, recipe.auxiliary_learning_rate], device=device)
        self._rates = self._peaks.clone()
        self._muon: Muon | None = None
        plain, rate, momentum = self._weights, self._rates[0], recipe.momentum
        if recipe.optimizer is Optimizer.MUON:
            *hidden, _classifier = [w for w in self._weights if w.ndim == 4]  # noqa: PLR2004 - [out, in, h, w]
            least_side = _LEAST_SIDE_ON_CUDA if device.type == "cuda" else _LEAST_SIDE
            self._muon = Muon(hidden, rate, momentum, least_side=least_side)
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
        self._sgd.step()

    def forget_gradients(self) -> None:
        """Let go of the last step's gradients, so that the next step's take their place uncopied."""
        for weight in self._weights:
            weight.grad = None
