"""The event file: appended to by one process, followed by any number."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from time import time
from types import TracebackType
from typing import Self

from core.runs.event_codec import from_line, to_line
from core.runs.events import Event, Record
from core.runs.file_tail import LineTail

Clock = Callable[[], float]


class EventWriter:
    """Appends events to a file, each on the disk's side before `write` returns.

    Goes on behind what the file holds: the sequence continues, and a torn last line (its writer died in
    mid-write) is closed, so that it costs itself alone. Only the holder of the suite's lock may write.

    Raises:
        OSError: the file cannot be opened or written.
    """

    def __init__(self, path: Path, clock: Clock = time) -> None:
        path.parent.mkdir(exist_ok=True)  # the run's; one whose suite is gone is not made anew
        lines, torn = _count_lines(path)
        self._clock = clock
        self._sequence = lines
        self._torn = torn
        self._file = path.open("ab", buffering=0)

    def write(self, event: Event) -> Record:
        """Append `event` and return it as it was recorded.

        Raises:
            OSError: the disk took none or only a part of it.
        """
        record = Record(self._sequence, self._clock(), event)
        self._put(to_line(record).encode())
        self._sequence += 1
        return record

    def _put(self, line: bytes) -> None:
        """Append `line`; a torn one before it is closed first."""
        line = b"\n" * self._torn + line
        self._torn = True  # until the whole line is known to be written
        if self._file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._file.name)
        self._torn = False

    def close(self) -> None:
        """Close the file, its content forced to the disk."""
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _count_lines(path: Path) -> tuple[int, bool]:
    """Return how many lines `path` holds, a torn last one included, and whether the last one is torn."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return 0, False
    torn = content != b"" and not content.endswith(b"\n")
    return content.count(b"\n") + torn, torn


class EventReader:
    """Follows an event file that may not exist yet; a torn last line waits until it is whole."""

    def __init__(self, path: Path) -> None:
        self._tail = LineTail(path)

    def poll(self) -> list[Record]:
        """Return what was appended since the last call, oldest first.

        Raises:
            OSError: the file is there but cannot be read.
        """
        return [from_line(line) for line in self._tail.poll()]


def read_events(path: Path) -> list[Record]:
    """Return every whole event of a file; an empty list where there is no such file."""
    return EventReader(path).poll()
