"""What a training loop is given to tell the time and to be steered by."""

from collections.abc import Callable
from typing import Protocol

Clock = Callable[[], float]
"""Monotonic, in seconds."""


class PollCommands(Protocol):
    """A callback that looks for commands; it may pause the run, or end it by an exception."""

    def __call__(self) -> float:
        """Return the seconds spent paused."""
