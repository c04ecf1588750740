"""An event file that outlives a full disk: what is refused waits in memory, and is tried again."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.runs.event_log import Clock, EventWriter
from core.runs.events import Event, Notice, Record
from core.runs.write_trouble import FolderError, trouble_words

_MOST_WAITING: Final = 64 << 20  # bytes: of a run that reports four times a second, some days
_LAST_TRIES_SECONDS: Final = 60.0  # at the end, and where the file cannot even be opened
_PAUSE_SECONDS: Final = 0.5
_FORCING_TRIES: Final = 6
_NEVER_FORCED: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})  # file systems that cannot

Tell = Callable[[str], object]
"""Takes a line about what is wrong, for somebody who looks after the machine."""


class PatientWriter(EventWriter):
    """An `EventWriter` to which a full disk is no end.

    What cannot be written waits in memory, up to 64 MiB, and goes first at the next write; of a line that was
    written in part only the rest is. The trouble is told once by `tell` when it begins and when it is
    over, then by a notice in the file, too. Opening and closing wait for up to a minute, unless it is time to
    `give_up`.

    Raises:
        FolderError: the file is gone, or too much waits, or the minute is over.
    """

    def __init__(
        self,
        path: Path,
        tell: Tell,
        *,
        give_up: Callable[[], bool] = lambda: False,
        clock: Clock = time.time,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._folder = path.parent
        self._tell = tell
        self._give_up = give_up
        self._wait = wait
        self._waiting = bytearray()
        self._trouble: OSError | None = None
        self._tried(lambda: super(PatientWriter, self).__init__(path, clock))

    def write(self, event: Event) -> Record:
        """Append `event`, now or later, and return it as it is recorded.

        Raises:
            FolderError: the file is gone, or too much waits already.
        """
        record = super().write(event)
        self._tell_of_the_end()
        return record

    def close(self) -> None:
        """Write what still waits, and close the file.

        Raises:
            FolderError: the disk took it neither now nor within a minute.
        """
        try:
            self._tried(self._flush)
            self._force()
            self._tell_of_the_end()
        finally:
            try:
                super().close()
            except OSError as error:
                self._tell(trouble_words(self._folder, error))

    def _put(self, line: bytes) -> None:
        self._waiting += b"\n" * self._torn + line
        self._torn = False
        try:
            self._flush()
        except OSError as error:
            self._note(error)
            if len(self._waiting) > _MOST_WAITING:
                raise FolderError(self._folder, error) from None

    def _tell_of_the_end(self) -> None:
        """Note in the file that a trouble is over."""
        if self._trouble is not None and not self._waiting:
            trouble, self._trouble = trouble_words(self._folder, self._trouble), None
            self._tell(f"{self._folder}: can be written again, and no event is missing")
            super().write(Notice(text=f"{trouble}: that is over, and no event is missing"))

    def _flush(self) -> None:
        if os.fstat(self._file.fileno()).st_nlink == 0:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._path))
        while self._waiting:
            written = self._file.write(self._waiting)
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
            del self._waiting[:written]

    def _force(self) -> None:
        """Force what is written to the disk, again where that is refused; closing tells where it stays so."""
        for _ in range(_FORCING_TRIES):
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                if error.errno in _NEVER_FORCED:
                    return
                self._note(error)
                self._wait(_PAUSE_SECONDS)
            else:
                return

    def _tried(self, step: Callable[[], None]) -> None:
        """Do `step`, again and again where the disk refuses it."""
        for left in reversed(range(round(_LAST_TRIES_SECONDS / _PAUSE_SECONDS) + 1)):
            try:
                step()
            except OSError as error:
                self._note(error)
                if left == 0 or self._give_up():
                    raise FolderError(self._folder, error) from None
                self._wait(_PAUSE_SECONDS)
            else:
                return

    def _note(self, error: OSError) -> None:
        """Tell of a trouble when it begins.

        Raises:
            FolderError: it is none that passes: the file is gone.
        """
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE):
            raise FolderError(self._folder, error) from None
        if self._trouble is None:
            self._tell(f"{trouble_words(self._folder, error)}; what happens meanwhile is kept in memory")
        self._trouble = error
