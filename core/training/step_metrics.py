"""Losses and correct predictions of the steps, read back from the device into events."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from core.runs.events import Event, StepsDone
from core.training.divergence import check_loss


@dataclass(frozen=True, slots=True)
class Readback:
    """How metrics are read back: those of `window` steps in one copy, with up to `in_flight` copies pending.

    So the host runs at most `in_flight` + 1 windows ahead of the device.
    """

    window: int
    in_flight: int


# An asynchronous device never has to wait for the host, and commands still take effect within a moment. On a
# CPU metrics are there with their step.
READBACK: Final = {"cpu": Readback(1, 0), "mps": Readback(4, 2), "cuda": Readback(32, 2)}


class StepMetrics:
    """An epoch's metrics [steps, 2] on the device, each step's mean loss and correct predictions, as events.

    Whoever takes the steps fills them in, and calls `add` after each. Floats hold counts to 2**24 exactly.
    """

    def __init__(
        self, epoch: int, metrics: Tensor, readback: Readback, emit: Callable[[Event], None]
    ) -> None:
        self._epoch = epoch
        self._metrics = metrics
        self._emit = emit
        self._readback = readback
        self._sizes: list[int] = []
        self._copied = 0  # steps whose metrics are copied, or being copied, to the host
        self._in_flight: deque[Callable[[], Tensor]] = deque()
        self._arrived: list[tuple[float, float]] = []
        self._reported = 0
        self.loss_sum = 0.0
        self.last_loss = float("nan")
        self.correct = 0
        self.images = 0

    @property
    def steps(self) -> int:
        """Steps that were launched."""
        return len(self._sizes)

    def add(self, size: int) -> bool:
        """Note that a step with `size` images was launched; tell whether it ends a window.

        Waits where the device is too far behind.
        """
        self._sizes.append(size)
        if len(self._sizes) - self._copied < self._readback.window:
            return False
        self._start_copy()
        self._wait(self._readback.in_flight)
        return True

    def finish(self) -> None:
        """Wait for the steps that were launched, and report them.

        Raises:
            Diverged: as for `report`.
        """
        if self._copied < len(self._sizes):
            self._start_copy()
        self._wait(0)
        self.report()

    def report(self) -> None:
        """Emit the metrics that arrived since the last report, if any did.

        Raises:
            Diverged: a step's loss is beyond recovery; raised when it has been emitted.
        """
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
        for step, loss in enumerate(losses, first):
            check_loss(loss, self._epoch, step)

    def _start_copy(self) -> None:
        end = len(self._sizes)
        self._in_flight.append(async_copy(self._metrics[self._copied : end]))
        self._copied = end

    def _wait(self, left: int) -> None:
        """Wait for the copies in flight but the newest `left`."""
        while len(self._in_flight) > left:
            self._arrived += self._in_flight.popleft()().tolist()


def async_copy(values: Tensor) -> Callable[[], Tensor]:
    """Start copying `values` to the host; the returned function waits for the copy and returns it."""
    if values.device.type != "cuda":
        kept = values.clone()
        return kept.cpu
    copy = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    copy.copy_(values, non_blocking=True)
    arrived = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
    arrived.record()

    def wait() -> Tensor:
        arrived.synchronize()
        return copy

    return wait
