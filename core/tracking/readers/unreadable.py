"""A run that is there, and could be read with a package that is missing."""

from pathlib import Path

from core.tracking.readers.telling import Telling
from core.tracking.source import Told


class Unreadable:
    """Tells the run, and by a notice why it is not read."""

    def __init__(self, path: Path, run: str, why: str) -> None:
        self._path = path
        self._run = Telling(run, "not read")
        self._run.notice(why)

    @property
    def path(self) -> Path:
        """What is not read."""
        return self._path

    def poll(self) -> tuple[Told, ...]:
        """Return the notice, once."""
        return self._run.take()
