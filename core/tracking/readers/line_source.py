"""What sources of text files have in common, that tell something a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.tracking.readers.growing_lines import GrowingLines
from core.tracking.source import Told

_AT_ONCE: Final = 10_000  # lines, before what they tell is given


class LineSource:
    """Reads what is new in one text file, line by line; one that was written anew, from its start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = GrowingLines(path)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def poll(self) -> Iterator[Told]:
        """Yield what the file's new lines tell, to be read to the end.

        Raises:
            OSError: it cannot be read.
        """
        written = self._path.stat().st_mtime
        for count, line in enumerate(self._lines.new_lines()):
            if self._lines.anew and not count:
                self._begin_again()
            self._read_line(line, written)
            if count % _AT_ONCE == _AT_ONCE - 1:
                yield from self._take()
        yield from self._take()

    def _begin_again(self) -> None:
        """Take the next line for the first of a file that is read once more."""
        raise NotImplementedError

    def _read_line(self, line: str, written: float) -> None:
        """Take in a line of a file that was last written at the Unix time `written`."""
        raise NotImplementedError

    def _take(self) -> Iterator[Told]:
        """Yield what lines have told since the last time."""
        raise NotImplementedError
