"""The training step, launched one operation after the other or replayed as a whole."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.training.batches import TrainingImages
from core.training.optimizer import RecipeOptimizer
from core.training.precision import activations, mixed_precision

Forward = Callable[[Tensor], Tensor]


class Capture(Protocol):
    """Turns a step into one that can be replayed without the program that describes it."""

    def __call__(self, step: Callable[[], None], rehearsal: Callable[[], None], /) -> Callable[[], None]:
        """Return what replays `step`; `rehearsal` is the same to call beforehand, as often as need be.

        Raises:
            RuntimeError: the step cannot be captured.
        """


class Steps(Protocol):
    """Trains on an epoch, a step at a time."""

    scores: Tensor
    """[steps, 2] on the device: each step's mean loss and its right answers."""

    def epoch(self, factors: Sequence[float]) -> Iterator[int]:
        """Take a step for each of `factors`, its share of the peak learning rate; yield its count of images.

        A step may be still under way on the device when its count is given.
        """


class LaunchedSteps:
    """Steps whose operations are launched one after the other, on batches that are made one by one."""

    def __init__(self, forward: Forward, images: TrainingImages, optimizer: RecipeOptimizer) -> None:
        self.scores = torch.zeros(images.steps_an_epoch, 2, device=images.device)
        self._forward = forward
        self._images = images
        self._optimizer = optimizer

    def epoch(self, factors: Sequence[float]) -> Iterator[int]:
        """Take the epoch's steps."""
        for score, factor, (batch, labels) in zip(self.scores, factors, self._images.epoch(), strict=True):
            score.copy_(trained(self._forward, self._optimizer, batch, labels, factor))
            yield len(labels)


class CapturedSteps:
    """Steps that are captured once and replayed: as a CUDA graph, one launch each.

    All they read and write stays where it is in memory: the whole epoch, augmented beforehand, and which step
    is next, so that a replay needs nothing from the host. The last batch, where smaller, has a step of its
    own. `changed` is what a step changes beside the optimizers' state: rehearsals leave no trace in it.

    Raises:
        RuntimeError: a step cannot be captured.
    """

    def __init__(
        self,
        forward: Forward,
        images: TrainingImages,
        optimizer: RecipeOptimizer,
        *,
        changed: Iterable[Tensor],
        capture: Capture,
    ) -> None:
        count, device = len(images), images.device
        self.scores = torch.zeros(images.steps_an_epoch, 2, device=device)
        self._forward = forward
        self._images = images
        self._optimizer = optimizer
        self._epoch_images = torch.zeros(count, 32, 32, 3, dtype=activations(device), device=device)
        self._epoch_labels = torch.zeros(count, dtype=torch.int64, device=device)
        self._factors = torch.zeros(images.steps_an_epoch, device=device)
        self._next = torch.zeros(1, dtype=torch.int64, device=device)
        self._places = torch.arange(max(images.batch_size, images.steps_an_epoch), device=device)
        full, rest = divmod(count, images.batch_size)
        sizes = [images.batch_size] * full + [rest] * (rest > 0)
        with unchanged([*changed, *optimizer.state, self.scores, self._next]):
            replays = {
                size: capture(partial(self._step, size), partial(self._rehearse, size))
                for size in dict.fromkeys(sizes)
            }
        self._replays = [(size, replays[size]) for size in sizes]

    def epoch(self, factors: Sequence[float]) -> Iterator[int]:
        """Augment the epoch and take its steps."""
        self._images.fill(self._epoch_images, self._epoch_labels)
        self._factors.copy_(torch.tensor(factors))
        self._next.zero_()
        for size, replay in self._replays:
            replay()
            yield size

    def _rehearse(self, size: int) -> None:
        self._step(size)
        self._next.zero_()
        self._optimizer.zero_grad()  # a captured step makes its own, in memory of its own

    def _step(self, size: int) -> None:
        rows = torch.add(self._places[:size], self._next, alpha=self._images.batch_size)
        batch = self._epoch_images.index_select(0, rows).permute(0, 3, 1, 2)
        labels = self._epoch_labels.index_select(0, rows)
        factor = self._factors.index_select(0, self._next)
        score = trained(self._forward, self._optimizer, batch, labels, factor)
        # a choice for every step rather than a copy to one, which has no fast deterministic form on CUDA
        here = (self._places[: len(self.scores), None] == self._next).expand_as(self.scores)
        self.scores.copy_(torch.where(here, score, self.scores))
        self._next += 1


def trained(
    forward: Forward, optimizer: RecipeOptimizer, batch: Tensor, labels: Tensor, factor: float | Tensor
) -> Tensor:
    """Take one step on a batch; return its mean loss and its right answers [2], still on the device."""
    with mixed_precision(batch.device):
        logits = forward(batch)
    loss = F.cross_entropy(logits.float(), labels)
    optimizer.step(loss, factor)
    return torch.stack([loss.detach(), (logits.detach().argmax(1) == labels).sum().float()])


@contextmanager
def unchanged(tensors: Iterable[Tensor]) -> Iterator[None]:
    """Give `tensors` back the values they have now when the block ends, however it ends."""
    kept = [(tensor.detach(), tensor.detach().clone()) for tensor in tensors]
    try:
        yield
    finally:
        for tensor, before in kept:
            tensor.copy_(before)


Clock = Callable[[], float]


class Attention(Protocol):
    """What the loop calls a few times a second; it may pause there, or end the run by an exception."""

    def __call__(self) -> float:
        """Return the seconds spent paused."""
