"""What the worker and a node that trains a run tell each other; orders are `core.worker.orders.Wishes`."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.config.devices import Device
from core.config.run_config import RunConfig
from core.config.suite_config import Keep
from core.runs.checkpoint_file import Checkpoint
from core.runs.events import Event
from core.worker.ending import Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteTask:
    """The run `name`, made from `config`, to train on `device` from `going_on` where that is given.

    `keep` and `checkpoint_seconds` are its suite's. `environment` are variables for the process, `version` is
    that of cifar-tui where the suite is.
    """

    name: str
    config: RunConfig
    device: Device
    keep: tuple[Keep, ...]
    checkpoint_seconds: float
    going_on: Checkpoint | None
    environment: Mapping[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class CheckpointMade:
    """The run's newest checkpoint."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class WeightsMade:
    """Weights that are to be kept, as the file `keep` is to hold them."""

    keep: Keep
    content: bytes


Message = Event | CheckpointMade | WeightsMade | Ending
"""The last one is the ending."""
