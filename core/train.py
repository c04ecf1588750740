"""The training loop of one run: batches in, events out; no value is read from the device in a step."""

from collections.abc import Callable
from typing import Final, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.batches import TrainingImages
from core.events import EpochEnded, Event, StepsDone
from core.optim import Descent, rate_factor
from core.presets import Recipe

Emit = Callable[[Event], None]
Clock = Callable[[], float]

_REPORT_SECONDS: Final = 0.25


class Attention(Protocol):
    """What the loop calls a few times a second; it may pause there, or end the run by an exception."""

    def __call__(self) -> float:
        """Return the seconds spent paused."""


class Trainer:
    """Trains one network on `images`, an epoch a call, `epochs` in all.

    `clock` is monotonic and in seconds; `attend` is called between steps, a few times a second.
    """

    def __init__(
        self,
        network: nn.Sequential,
        images: TrainingImages,
        recipe: Recipe,
        epochs: int,
        *,
        emit: Emit,
        attend: Attention,
        clock: Clock,
    ) -> None:
        self._network = network.train()
        self._images = images
        self._recipe = recipe
        self._epochs = epochs
        self._descent = Descent(network, recipe)
        self._emit = emit
        self._attend = attend
        self._clock = clock

    def train_epoch(self, epoch: int) -> EpochEnded:
        """Train epoch `epoch` (from 1), emitting its steps in ranges as they are done, and sum it up."""
        steps = self._images.steps_an_epoch
        total = steps * self._epochs
        scores = _Scores(epoch, steps, self._emit)
        began = reported = self._clock()
        paused = 0.0
        for step, (batch, labels) in enumerate(self._images.epoch()):
            logits = self._network(batch)
            loss = F.cross_entropy(logits.float(), labels)
            self._descent.step(loss, rate_factor(self._recipe, ((epoch - 1) * steps + step) / total))
            scores.add(loss.detach(), logits.detach(), labels)
            if self._clock() - reported >= _REPORT_SECONDS:
                scores.report()
                paused += self._attend()
                reported = self._clock()
        scores.report()
        return EpochEnded(
            epoch=epoch,
            loss=scores.loss_sum / scores.images,
            last_loss=scores.last_loss,
            correct=scores.correct,
            images=scores.images,
            batches=steps,
            learning_rate=self._recipe.learning_rate * rate_factor(self._recipe, (epoch * steps - 1) / total),
            seconds=self._clock() - began - paused,
        )


class _Scores:
    """Each step's loss and right answers, kept on the device until a range of them is reported."""

    def __init__(self, epoch: int, steps: int, emit: Emit) -> None:
        self._epoch = epoch
        self._steps = steps
        self._emit = emit
        self._sizes: list[int] = []
        self._reported = 0
        self._device_scores: Tensor | None = None
        self.loss_sum = 0.0
        self.last_loss = float("nan")
        self.correct = 0
        self.images = 0

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Note a step's mean loss and its right answers, without waiting for the device."""
        if self._device_scores is None:
            # both numbers in one tensor make one copy a range; a float holds counts to 2**24 exactly
            self._device_scores = torch.empty(2, self._steps, device=loss.device)
        step = len(self._sizes)
        self._device_scores[0, step] = loss
        self._device_scores[1, step] = (logits.argmax(1) == labels).sum()
        self._sizes.append(len(labels))

    def report(self) -> None:
        """Emit the steps since the last report, if there are any."""
        first, end = self._reported, len(self._sizes)
        if self._device_scores is None or first == end:
            return
        losses, counts = self._device_scores[:, first:end].tolist()
        sizes = self._sizes[first:end]
        correct = tuple(int(count) for count in counts)
        self._emit(
            StepsDone(
                epoch=self._epoch, first_step=first, losses=tuple(losses), correct=correct, images=sum(sizes)
            )
        )
        for loss, size in zip(losses, sizes, strict=True):
            # one addition a step: a sum a range would round differently with every range's length
            self.loss_sum += loss * size
        self.last_loss = losses[-1]
        self.correct += sum(correct)
        self.images += sum(sizes)
        self._reported = end
