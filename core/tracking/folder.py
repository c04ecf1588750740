"""Where a run of another loop keeps its files."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.runs.safe_files import new_folder
from core.runs.suite_lock import SuiteLock

_NOT_IN_NAMES: Final = re.compile(r"[^\w.+-]+", re.ASCII)
_MOST_LETTERS: Final = 100
_EVENTS: Final = "events.jsonl"


@dataclass(frozen=True, slots=True)
class TrackedFolder:
    """A run's folder: ``events.jsonl``, ``commands.jsonl`` and ``lock``, which its program holds."""

    path: Path

    @property
    def events(self) -> Path:
        """What the run told."""
        return self.path / _EVENTS

    @property
    def commands(self) -> Path:
        """What anybody asked of it."""
        return self.path / "commands.jsonl"

    def lock(self) -> SuiteLock:
        """Return the lock that the run's program holds while it lives."""
        return SuiteLock(self.path)

    def alive(self) -> bool:
        """Tell whether the run's program is there.

        Raises:
            OSError: the lock cannot be read.
        """
        return self.lock().is_held()


def create_folder(parent: Path, name: str) -> TrackedFolder:
    """Make a new folder in `parent` for the run `name`; a number follows where there is one already.

    Raises:
        OSError: it cannot be made.
    """
    parent.mkdir(parents=True, exist_ok=True)
    plain = _NOT_IN_NAMES.sub("-", name).strip(".-")[:_MOST_LETTERS] or "run"
    return TrackedFolder(new_folder(parent, plain).absolute())
