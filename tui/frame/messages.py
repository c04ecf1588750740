"""What people want, as messages: a screen posts them, the dashboard carries them out."""

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from core.config.suite_config import SuiteConfig
from core.runs.commands import Command
from core.runs.unfinished import EarlierSuite


@dataclass
class TrainWanted(Message):
    """Train the runs of `suite`, of which `earlier` has trained some already where it is given.

    With `after` it waits until nothing trains any more.
    """

    suite: SuiteConfig
    earlier: EarlierSuite | None = None
    after: bool = False


@dataclass
class CancelWanted(Message):
    """Let the suite that was told last to wait do so no longer."""


@dataclass
class OpenWanted(Message):
    """Show the suite in `suite`: live where it is training, replayed where it has ended."""

    suite: Path


@dataclass
class CompareWanted(Message):
    """Compare the runs in the folders `runs`."""

    runs: tuple[Path, ...]


@dataclass
class OrderWanted(Message):
    """Ask `command` of the worker of the open suite; a skip names its run."""

    command: Command
    run: str | None = None


@dataclass
class RetryWanted(Message):
    """Train the run `run` of the suite in `suite` again."""

    suite: Path
    run: str


@dataclass
class LongerWanted(Message):
    """Train the run `run` of the suite in `suite`, which has `trained` epochs, longer; ask how long."""

    suite: Path
    run: str
    trained: int


@dataclass
class ExportWanted(Message):
    """Write a report on `paths` (suites' or runs' folders); ask where to."""

    paths: tuple[Path, ...]
