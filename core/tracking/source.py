"""What a reader of files that a loop wrote is to the rest: a source of events, each of a named run."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.runs.events import Record


@dataclass(frozen=True, slots=True)
class Told:
    """What was read of the run `run`: events in the order they were told."""

    run: str
    records: tuple[Record, ...]


class Source(Protocol):
    """Reads one file or folder, again and again while a loop goes on writing it.

    A file that is half written or damaged is no error: what is whole is told, what is not is told by a
    notice, once. Opening the source reads nothing.
    """

    @property
    def path(self) -> Path:
        """What it reads."""

    def poll(self) -> Iterable[Told]:
        """Return what was added since the last call, all there is at the first; of every run in the file.

        The first event of each run is a `TrackingStarted` with the name of the format as its `source`.

        Raises:
            OSError: the file cannot be read.
        """


class Format(Protocol):
    """A kind of file: how it is recognised, and read."""

    name: str
    """What people call it, such as "TensorBoard"."""

    def reads(self, path: Path) -> bool:
        """Tell whether the file or folder at `path` is of this kind, by its name and first bytes.

        Raises:
            OSError: it cannot be read.
        """

    def open(self, path: Path, run: str) -> Source:
        """Return what reads it; a run without a name of its own is called `run`.

        Raises:
            InputError: a library is missing; the message says which extra brings it.
        """
