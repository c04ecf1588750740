"""Where the runs of a suite train: here, or on a cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.checkpoint_file import Checkpoint
from core.runs.events import Emit
from core.runs.folder import RunFolder
from core.worker.awake_clock import AwakeClock
from core.worker.ending import Ending
from core.worker.orders import Orders

MakeRoom = Callable[[int], None]
"""Takes how many runs may be under way at once, as soon as that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A try at the run `name` of `suite`, from `going_on` where that is given.

    All it has to say goes to `emit`. `neighbours` names the runs under way beside it.
    """

    name: str
    suite: SuiteConfig
    folder: RunFolder
    orders: Orders
    emit: Emit
    clock: AwakeClock
    neighbours: Callable[[], list[str]]
    going_on: Checkpoint | None

    @property
    def config(self) -> RunConfig:
        """What the run is made from."""
        return self.suite.config_of(self.name)


class Engine(Protocol):
    """Trains cells, each in the thread that calls it."""

    def train(self, cell: Cell) -> Ending:
        """Train `cell`, and return how it ended.

        Raises:
            Ended: somebody asked it to end early.
            Diverged: a loss is beyond recovery.
            InputError: it cannot be trained here, or not go on as it began.
        """

    def close(self) -> None:
        """Let go of all that was taken; no cell is under way any more."""
