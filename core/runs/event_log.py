"""The event file: appended to by one process, followed by any number."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time
from types import TracebackType
from typing import Final, Self

from core.runs.event_codec import from_line, to_line
from core.runs.events import Event, Record
from core.runs.file_tail import LineTail
from core.runs.safe_files import make_folder, open_to_append, open_to_read

Clock = Callable[[], float]

_BLOCK_BYTES: Final = 2**20


class EventWriter:
    """Appends events to a file, each on the disk's side before `write` returns.

    Goes on behind what the file holds: the sequence continues, and a torn last line (its writer died in
    mid-write) is closed, so that it costs itself alone. Only the holder of the suite's lock may write.

    Raises:
        OSError: the file cannot be opened or written.
    """

    def __init__(self, path: Path, clock: Clock = time) -> None:
        make_folder(path.parent)
        lines, torn = _count_lines(path)
        self._path = path
        self._clock = clock
        self._sequence = lines
        self._torn = torn
        self._file = open_to_append(path)

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
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
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
    lines, last = 0, b"\n"
    try:
        with open_to_read(path) as file:
            while block := file.read(_BLOCK_BYTES):
                lines, last = lines + block.count(b"\n"), block[-1:]
    except FileNotFoundError:
        return 0, False
    torn = last != b"\n"
    return lines + torn, torn


class EventReader:
    """Follows an event file that may not exist yet; a torn last line waits until it is whole."""

    def __init__(self, path: Path) -> None:
        self._tail = LineTail(path)

    def poll(self) -> list[Record]:
        """Return what was appended since the last call, oldest first.

        Raises:
            OSError: the file is there but cannot be read.
        """
        return list(self.new_records())

    def new_records(self) -> Iterator[Record]:
        """Yield the same one by one, for a file that may have millions; to be read to the end.

        Raises:
            OSError: as for `poll`.
        """
        return map(from_line, self._tail.new_lines())


def read_events(path: Path) -> list[Record]:
    """Return every whole event of a file; an empty list where there is no such file.

    Raises:
        OSError: the file is there but cannot be read.
    """
    return EventReader(path).poll()
