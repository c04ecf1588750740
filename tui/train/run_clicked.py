"""What a run's card or cell says when it is clicked."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class RunClicked(Message):
    """The run `run`, as the suite numbers it from 0, was clicked."""

    run: int
