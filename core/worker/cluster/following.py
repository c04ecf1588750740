"""Follows a run that is trained on a node: its messages into the run's files, orders the other way."""

from collections.abc import Callable
from functools import partial
from typing import Final

from core.runs.events import Notice
from core.runs.life_events import RunFinished
from core.worker.checkpoint_writer import CheckpointWriter
from core.worker.cluster.messages import CheckpointMade, Message, WeightsMade
from core.worker.cluster.nodes import Trainee
from core.worker.ending import Ending
from core.worker.engine import Cell
from core.worker.orders import Ended, Wishes
from core.worker.weights_file import write_weights

_LOOK_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 20.0  # for a node that answers no more, where the run is to end
_ROOM_SECONDS: Final = 30.0


class Following:
    """Follows `trainee`, which trains `cell`; `look` is called several times a second."""

    def __init__(
        self, cell: Cell, trainee: Trainee, look: Callable[[], object], clock: Callable[[], float]
    ) -> None:
        self._cell = cell
        self._trainee = trainee
        self._look = look
        self._clock = clock
        self._writer = CheckpointWriter(cell.folder.checkpoint, cell.emit)
        self._write_weights = partial(write_weights, cell.folder, cell.emit)
        self._heard_at: float | None = None

    def ending(self) -> Ending:
        """Return how the run ended.

        Raises:
            Ended: it was to end, and is not heard of any more, or has found no room yet.
            NodeLostError: the node is gone.
        """
        began, told = self._clock(), False
        try:
            while True:
                self._look()
                wishes = self._cell.orders.wishes()
                messages = self._trainee.exchange(wishes, _LOOK_SECONDS)
                if messages is None:
                    self._end_if_hopeless(wishes)
                    if not told and self._heard_at is None and self._clock() - began >= _ROOM_SECONDS:
                        told = True
                        self._cell.emit(Notice(text="waits for room on the cluster"))
                    continue
                self._heard_at = self._clock()
                for message in messages:
                    if (ending := self._taken(message)) is not None:
                        return ending
        finally:
            self._trainee.end()

    def _taken(self, message: Message) -> Ending | None:
        match message:
            case Ending():
                if isinstance(message.event, RunFinished):
                    self._writer.keep_in_the_end(self._cell.orders.poll_commands)
                return message
            case CheckpointMade(checkpoint):
                self._writer.keep(checkpoint)
            case WeightsMade(keep, content):
                self._write_weights(keep, content)
            case event:
                self._cell.emit(event)
        return None

    def _end_if_hopeless(self, wishes: Wishes) -> None:
        """Raise the end that is asked for, where nobody is there to do it."""
        end = wishes.ended()
        if end is None and wishes.stop_after_epoch and self._heard_at is None:
            end = Ended("asked to stop", suite=True)
        waited = self._heard_at is not None and self._clock() - self._heard_at < _PATIENCE_SECONDS
        if end is not None and not waited:
            raise end
