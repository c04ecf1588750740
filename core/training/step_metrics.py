"""Losses and right answers on their way from the device into events."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from core.runs.events import Event, StepsDone


@dataclass(frozen=True, slots=True)
class Windows:
    """How scores travel: those of `steps` steps in one copy, of which `ahead` may be under way.

    So the host stays within `ahead` + 1 windows of the device.
    """

    steps: int
    ahead: int


# A device that works by itself never has to wait for the host, and orders are obeyed within a moment. A CPU's
# scores are there with their step.
WINDOWS: Final = {"cpu": Windows(1, 0), "mps": Windows(4, 2), "cuda": Windows(32, 2)}


class Scores:
    """An epoch's scores [steps, 2] on the device, each a step's mean loss and its right answers, as events.

    They are filled by whoever takes the steps, who says so by `add`. Floats hold counts to 2**24 exactly.
    """

    def __init__(self, epoch: int, scores: Tensor, windows: Windows, emit: Callable[[Event], None]) -> None:
        self._epoch = epoch
        self._scores = scores
        self._emit = emit
        self._windows = windows
        self._sizes: list[int] = []
        self._sent = 0  # steps whose scores are on their way, or here
        self._under_way: deque[Callable[[], Tensor]] = deque()
        self._arrived: list[tuple[float, float]] = []
        self._reported = 0
        self.loss_sum = 0.0
        self.last_loss = float("nan")
        self.correct = 0
        self.images = 0

    def add(self, size: int) -> bool:
        """Note that a step with `size` images was asked of the device; tell whether it ends a window.

        Waits where the device is too far behind.
        """
        self._sizes.append(size)
        if len(self._sizes) - self._sent < self._windows.steps:
            return False
        self._send()
        self._receive(self._windows.ahead)
        return True

    def finish(self) -> None:
        """Wait for the steps that were asked of the device, and report them."""
        if self._sent < len(self._sizes):
            self._send()
        self._receive(0)
        self.report()

    def report(self) -> None:
        """Emit the scores that came since the last report, if any did."""
        if not self._arrived:
            return
        first, end = self._reported, self._reported + len(self._arrived)
        sizes = self._sizes[first:end]
        losses = tuple(loss for loss, _ in self._arrived)
        correct = tuple(int(count) for _, count in self._arrived)
        self._emit(
            StepsDone(epoch=self._epoch, first_step=first, losses=losses, correct=correct, images=sum(sizes))
        )
        for loss, size in zip(losses, sizes, strict=True):
            # one addition a step: a sum a range would round differently with every range's length
            self.loss_sum += loss * size
        self.last_loss = losses[-1]
        self.correct += sum(correct)
        self.images += sum(sizes)
        self._arrived.clear()
        self._reported = end

    def _send(self) -> None:
        end = len(self._sizes)
        self._under_way.append(copied_later(self._scores[self._sent : end]))
        self._sent = end

    def _receive(self, left: int) -> None:
        """Wait for the windows under way but the newest `left`."""
        while len(self._under_way) > left:
            self._arrived += self._under_way.popleft()().tolist()


def copied_later(values: Tensor) -> Callable[[], Tensor]:
    """Begin to copy `values` to the host; the returned function waits until they are there."""
    if values.device.type != "cuda":
        kept = values.clone()
        return kept.cpu
    copy = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    copy.copy_(values, non_blocking=True)
    arrived = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
    arrived.record()

    def waited() -> Tensor:
        arrived.synchronize()
        return copy

    return waited
