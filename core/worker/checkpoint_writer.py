"""Puts a run's newest checkpoint into its file, where the disk takes it, and tells where not."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from core.runs.checkpoint_file import Checkpoint, write_checkpoint
from core.runs.events import CheckpointSaved, Emit, Notice
from core.runs.write_trouble import trouble_words

_LAST_TRIES_SECONDS: Final = 60.0  # as long as the event file waits for a full disk when it is closed
_PAUSE_SECONDS: Final = 0.5


class Keeper(Protocol):
    """Takes the checkpoints of a run."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Let `checkpoint` take the place of the one before."""

    def keep_in_the_end(self, poll_commands: Callable[[], object]) -> None:
        """Wait until the last one is kept, as long as there is hope; `poll_commands` is called meanwhile."""


class CheckpointWriter:
    """Writes the checkpoints of one run to `file`.

    One that cannot be written is told, and the next one is tried: training goes on. The last one is tried
    again for up to a minute; `wait` waits for seconds between two tries.
    """

    def __init__(
        self,
        file: Path,
        emit: Emit,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._file = file
        self._emit = emit
        self._clock = clock
        self._wait = wait
        self._refused: Checkpoint | None = None

    def keep(self, checkpoint: Checkpoint) -> None:
        """Write `checkpoint`."""
        try:
            write_checkpoint(self._file, checkpoint, lambda size: self._announce(checkpoint, size))
        except OSError as error:
            if self._refused is None:
                reason = trouble_words(self._file.parent, error, "no checkpoint can be written")
                self._emit(Notice(text=f"{reason}; it is tried again after each epoch, and training goes on"))
            self._refused = checkpoint
        else:
            self._refused = None

    def keep_in_the_end(self, poll_commands: Callable[[], object]) -> None:
        """Try again to write the last one where that failed: it is the only place that has its weights.

        `poll_commands` is called all the while; what it raises ends the tries.
        """
        end = self._clock() + _LAST_TRIES_SECONDS
        while self._refused is not None and self._clock() < end:
            poll_commands()
            self._wait(_PAUSE_SECONDS)
            self.keep(self._refused)

    def _announce(self, checkpoint: Checkpoint, size: int) -> None:
        event = CheckpointSaved(epoch=checkpoint.epoch, step=checkpoint.step, file=self._file.name, size=size)
        self._emit(event)
