"""The Muon optimizer: the momentum is orthogonalized, so that all directions of a weight learn equally fast.

It is for convolution weights [out, in, h, w], taken as matrices [out, h*w*in]; a depthwise convolution's as
one matrix [1, h*w] a channel, for its channels do not mix. torch.optim.Muon takes only two-dimensional
parameters, one after the other. Nesterov momentum, no weight decay; where a fixed norm is wanted,
`renormalize_weights` restores it after a step.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from core.training.optim.newton_schulz import orthogonalize


class Muon(Protocol):
    """The optimizer of some weights, however it computes its steps."""

    momentum_buffer: Tensor
    """The momentum of every weight, [elements of all weights]."""

    def momenta(self) -> list[Tensor]:
        """Return the momentum of each weight as it was given, a view [out, in, h, w] of the buffer."""

    def step(self) -> None:
        """Update every weight from its gradient.

        Raises:
            ValueError: a weight has none.
        """


class StackedMuon:
    """Muon on any device: the matrices are orthogonalized in stacks.

    A matrix whose smaller side (of rows and columns) is below `min_side` is zero-padded to it, single rows
    excepted.
    `lr` is the learning rate, a tensor without dimensions on the weights' device, read at every step.
    """

    def __init__(
        self, weights: Sequence[nn.Parameter], lr: Tensor, momentum: float, *, min_side: int = 1
    ) -> None:
        self._weights = list(weights)
        self._lr = lr
        self._momentum = momentum
        # in the order of channels-last memory, so that neither weights nor gradients are copied into another
        self._matrices = [_channels_last(weight.detach()) for weight in self._weights]
        self._sizes = [weight.numel() for weight in self._weights]
        kinds = [matrices_of(weight) for weight in self._weights]
        shapes = [(rows, columns) for count, rows, columns in kinds for _ in range(count)]
        stacks = _stacks(shapes, min_side)
        self._stacks = [stack.to(lr.device) for stack in stacks]
        self._positions = _positions(stacks, sum(self._sizes)).to(lr.device)
        scales = [torch.full((r * c,), -(max(1.0, r / c) ** 0.5)) for r, c in shapes]
        self._scale = torch.cat(scales).to(lr.device)
        self._padding = torch.zeros(1, device=lr.device)
        self.momentum_buffer = torch.zeros_like(self._scale)

    def momenta(self) -> list[Tensor]:
        """Return the momentum of each weight, a view [out, in, h, w] of the buffer."""
        parts = torch.split(self.momentum_buffer, self._sizes)
        pairs = zip(parts, self._matrices, strict=True)
        return [part.view(matrix.shape).permute(0, 3, 1, 2) for part, matrix in pairs]

    @torch.no_grad()
    def step(self) -> None:
        """Update every weight from its gradient.

        Raises:
            ValueError: a weight has none.
        """
        gradient = torch.cat([_channels_last(gradient_of(weight)).flatten() for weight in self._weights])
        self.momentum_buffer.mul_(self._momentum).add_(gradient)
        direction = torch.cat([gradient.add_(self.momentum_buffer, alpha=self._momentum), self._padding])
        # index_select: indexing with the tensor itself takes six times as long on a CPU
        stacks = [direction.index_select(0, stack.flatten()).view_as(stack) for stack in self._stacks]
        orthogonal = torch.cat([orthogonalize(stack).flatten() for stack in stacks])
        update = orthogonal.index_select(0, self._positions).mul_(self._scale * self._lr)
        parts = torch.split(update, self._sizes)
        updates = [part.view_as(matrix) for part, matrix in zip(parts, self._matrices, strict=True)]
        torch._foreach_add_(self._matrices, updates)  # one launch, as in torch's own optimizers


def matrices_of(weight: Tensor) -> tuple[int, int, int]:
    """Return how many matrices a convolution's weight is taken as, and their rows and columns."""
    outputs, inputs, height, width = weight.shape
    if inputs == 1:
        return outputs, 1, height * width
    return 1, outputs, height * width * inputs


def gradient_of(weight: nn.Parameter) -> Tensor:
    """Return the gradient of `weight`.

    Raises:
        ValueError: it has none.
    """
    if weight.grad is None:
        raise ValueError(f"Muon updates every weight, and one of shape {list(weight.shape)} has no gradient")
    return weight.grad


def _channels_last(weight: Tensor) -> Tensor:
    """View weights [out, in, h, w] as [out, h, w, in]."""
    return weight.permute(0, 2, 3, 1)


def _stacks(shapes: Sequence[tuple[int, ...]], min_side: int) -> list[Tensor]:
    """Stack matrices of the same smaller side, tall ones transposed.

    Returns for each stack [matrices, side, longest] the positions of its elements in all matrices of `shapes`
    (rows, columns), laid end to end; the position of padding is just behind their end.
    """
    end = sum(rows * columns for rows, columns in shapes)
    sides: defaultdict[int, list[Tensor]] = defaultdict(list)
    elements = torch.split(torch.arange(end), [rows * columns for rows, columns in shapes])
    for own, (rows, columns) in zip(elements, shapes, strict=True):
        matrix = own.view(rows, columns)
        side = 1 if rows == 1 else max(min_side, min(rows, columns))
        sides[side].append(matrix.T if rows > columns else matrix)
    stacks = []
    for side, matrices in sides.items():
        stack = torch.full((len(matrices), side, max(side, *(m.shape[1] for m in matrices))), end)
        for padded, matrix in zip(stack, matrices, strict=True):
            padded[: matrix.shape[0], : matrix.shape[1]] = matrix
        stacks.append(stack)
    return stacks


def _positions(stacks: Sequence[Tensor], count: int) -> Tensor:
    """Return the position of each of `count` elements in the stacks, laid end to end."""
    elements = torch.cat([stack.flatten() for stack in stacks])
    positions = torch.empty(count + 1, dtype=torch.int64)
    positions[elements] = torch.arange(len(elements))
    return positions[:count]


@torch.no_grad()
def renormalize_weights(weights: Sequence[nn.Parameter]) -> None:
    """Scale the weight of each convolution to the norm √outputs.

    As airbench94_muon does (Keller Jordan, https://github.com/KellerJordan/cifar10-airbench). The norm behind
    a convolution makes its scale irrelevant, but the greater it has grown, the less does a step of the same
    length change: without this, Muon's steps become 20 to 30 times smaller in a run.
    """
    if not weights:
        return
    tensors = tuple(weights)
    norms = torch._foreach_norm(tensors)  # noqa: SLF001 - as torch's own optimizers do
    factors = torch._foreach_reciprocal(norms)  # noqa: SLF001 - likewise
    torch._foreach_mul_(factors, [len(weight) ** 0.5 for weight in weights])
    torch._foreach_mul_(tensors, factors)
