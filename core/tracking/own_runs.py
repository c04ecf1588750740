"""Reads what `core.tracking.Run` writes."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.runs.event_log import EventReader
from core.runs.events import Record
from core.runs.file_tail import LineBlocks
from core.runs.life_events import RunEnd, RunLost
from core.runs.safe_files import open_to_read
from core.runs.tracked_events import TrackingStarted
from core.tracking.folder import TrackedFolder
from core.tracking.source import Told

_BEGINNING: Final = '"kind":"tracking_started"'
_LOST: Final = "its program ended without a word: killed, or the machine went down"
_GONE: Final = "its folder was deleted or moved"


class OwnRuns:
    """The format of a run's own folder."""

    name = "cifar-tui"

    def reads(self, path: Path) -> bool:
        """Tell whether `path` is the folder of a run of another loop."""
        try:
            with open_to_read(TrackedFolder(path).events) as file:
                first = next(LineBlocks().read(file), b"")
        except FileNotFoundError:
            return False
        except NotADirectoryError:
            return False
        return _BEGINNING in first.partition(b"\n")[0].decode(errors="replace")

    def open(self, path: Path, run: str) -> "OwnRun":
        """Return what reads the run."""
        return OwnRun(path, run)


class OwnRun:
    """One run; where its program is gone without recording an end, that is told as one."""

    def __init__(self, path: Path, run: str, clock: Callable[[], float] = time.time) -> None:
        self.folder = TrackedFolder(path)
        self._run = run
        self._clock = clock
        self._reader = EventReader(self.folder.events)
        self._ended = False

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self.folder.path

    def poll(self) -> tuple[Told, ...]:
        """Return what the run told since the last call.

        Raises:
            OSError: its folder cannot be read.
        """
        alive = self.folder.alive()  # first: what it writes before it dies is read below
        records = self._reader.poll()
        for record in records:
            if isinstance(record.event, TrackingStarted):  # again where another run has taken the place
                self._ended = False
            self._ended = self._ended or isinstance(record.event, RunEnd)
        if not alive and not self._ended:
            self._ended = True
            cause = _LOST if self.folder.events.exists() else _GONE
            end = RunLost(exit_code=None, stderr_tail="", cause=cause)
            records.append(Record(len(records), self._clock(), end))
        return (Told(self._run, tuple(records)),) if records else ()
