"""The training step, run eagerly or replayed as a graph."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.training.batches import TrainingImages
from core.training.optimizer import RecipeOptimizer
from core.training.precision import activation_dtype, mixed_precision

Forward = Callable[[Tensor], Tensor]


class Capture(Protocol):
    """Turns a step into one that can be replayed without the program that describes it."""

    def __call__(self, step: Callable[[], None], warm_up: Callable[[], None], /) -> Callable[[], None]:
        """Return what replays `step`; `warm_up` is the same step to run before, any number of times.

        Raises:
            RuntimeError: the step cannot be captured.
        """


class Steps(Protocol):
    """Trains on an epoch, a step at a time."""

    metrics: Tensor
    """[steps, 2] on the device: each step's mean loss and its correct predictions."""

    def epoch(self, lr_factors: Sequence[float], done: int = 0) -> Iterator[int]:
        """Take a step for each of `lr_factors`, fractions of the peak learning rate; yield its batch size.

        The first `done` steps were taken before, and `metrics` holds what came of them. The device may still
        be computing a step when its batch size is yielded.
        """


class EagerSteps:
    """Steps in eager mode, on batches that are made one by one."""

    def __init__(self, forward: Forward, images: TrainingImages, optimizer: RecipeOptimizer) -> None:
        self.metrics = torch.zeros(images.steps_per_epoch, 2, device=images.device)
        self._forward = forward
        self._images = images
        self._optimizer = optimizer

    def epoch(self, lr_factors: Sequence[float], done: int = 0) -> Iterator[int]:
        """Take the epoch's steps, but the first `done`."""
        steps = zip(self.metrics[done:], lr_factors[done:], self._images.epoch(done), strict=True)
        for metrics, lr_factor, (batch, labels) in steps:
            metrics.copy_(train_step(self._forward, self._optimizer, batch, labels, lr_factor))
            yield len(labels)


class GraphedSteps:
    """Steps that are captured once and replayed: as a CUDA graph, one launch each.

    All they read and write is in static memory: the whole epoch, augmented beforehand, and the index of the
    next step, so that a replay needs nothing from the host. The last batch, where smaller, has a graph of its
    own. `changed` is what a step changes beside the optimizer's state: warming up leaves no trace in it.

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
        self.metrics = torch.zeros(images.steps_per_epoch, 2, device=device)
        self._forward = forward
        self._images = images
        self._optimizer = optimizer
        self._epoch_images = torch.zeros(
            (count, images.side, images.side, 3), dtype=activation_dtype(device), device=device
        )
        self._epoch_labels = torch.zeros(count, dtype=torch.int64, device=device)
        self._lr_factors = torch.zeros(images.steps_per_epoch, device=device)
        self._step_index = torch.zeros(1, dtype=torch.int64, device=device)
        self._indices = torch.arange(max(images.batch_size, images.steps_per_epoch), device=device)
        sizes = images.batch_sizes
        with unchanged([*changed, *optimizer.state, self.metrics, self._step_index]):
            replays = {
                size: capture(partial(self._step, size), partial(self._warm_up, size))
                for size in dict.fromkeys(sizes)
            }
        self._replays = [(size, replays[size]) for size in sizes]

    def epoch(self, lr_factors: Sequence[float], done: int = 0) -> Iterator[int]:
        """Augment the epoch and take its steps, but the first `done`."""
        self._images.fill(self._epoch_images, self._epoch_labels)
        self._lr_factors.copy_(torch.tensor(lr_factors))
        self._step_index.fill_(done)
        for size, replay in self._replays[done:]:
            replay()
            yield size

    def _warm_up(self, size: int) -> None:
        self._step(size)
        self._step_index.zero_()
        self._optimizer.zero_grad()  # a captured step allocates its own, in the graph's memory

    def _step(self, size: int) -> None:
        rows = torch.add(self._indices[:size], self._step_index, alpha=self._images.batch_size)
        batch = self._epoch_images.index_select(0, rows).permute(0, 3, 1, 2)
        labels = self._epoch_labels.index_select(0, rows)
        lr_factor = self._lr_factors.index_select(0, self._step_index)
        metrics = train_step(self._forward, self._optimizer, batch, labels, lr_factor)
        # a where over all steps: an indexed copy to one has no fast deterministic kernel on CUDA
        here = (self._indices[: len(self.metrics), None] == self._step_index).expand_as(self.metrics)
        self.metrics.copy_(torch.where(here, metrics, self.metrics))
        self._step_index += 1


def train_step(
    forward: Forward, optimizer: RecipeOptimizer, batch: Tensor, labels: Tensor, lr_factor: float | Tensor
) -> Tensor:
    """Take one step on a batch; return its mean loss and its correct predictions [2], still on the device."""
    with mixed_precision(batch.device):
        logits = forward(batch)
    loss = F.cross_entropy(logits.float(), labels)
    optimizer.step(loss, lr_factor)
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
