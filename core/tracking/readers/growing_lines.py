"""Following a text file that grows, and sometimes is written anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from core.runs.file_tail import LineBlocks
from core.runs.safe_files import open_to_read

_HEAD_BYTES: Final = 4_096
_END_BYTES: Final = 256


class GrowingLines:
    """Gives each whole line of a file once; what was written anew is read from its start.

    That is seen by a beginning, or an end of what was read, that is another than it was: tools that write
    their whole table again for every new column do so while somebody reads.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._blocks = LineBlocks()
        self._head = b""
        self._end = b""
        self._torn = False
        self.anew = False
        """Whether the lines of the last call are of a file that is read from its start again."""

    def new_lines(self) -> Iterator[str]:
        """Yield the lines that were completed since the last call, without blank ones; to be read to the end.

        Bytes that are no UTF-8 become signs that say so; of a line of more than 4 MiB only that is told.

        Raises:
            OSError: the file cannot be read.
        """
        with open_to_read(self._path) as file:
            head = file.read(_HEAD_BYTES)
            self.anew = self._torn or not (head.startswith(self._head) and self._goes_on(file))
            if self.anew:
                self._blocks.restart()
            for block in self._blocks.read(file):
                for line in block.split(b"\n"):
                    if line.strip():
                        yield line.decode(errors="replace")
            self._keep(file, head)

    def _goes_on(self, file: BinaryIO) -> bool:
        file.seek(self._blocks.offset - len(self._end))
        return file.read(len(self._end)) == self._end

    def _keep(self, file: BinaryIO, head: bytes) -> None:
        """Keep what the file is known by, unless it was written anew while it was read."""
        file.seek(0)
        self._torn = not file.read(_HEAD_BYTES).startswith(head)
        self._head = head
        size = min(self._blocks.offset, _END_BYTES)
        file.seek(self._blocks.offset - size)
        self._end = file.read(size)
        self._torn = self._torn or len(self._end) < size


def first_lines(path: Path, most_bytes: int) -> list[str] | None:
    """Return the whole lines among a file's first bytes, None where it is no regular file.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file():
        return None
    with open_to_read(path) as file:
        content = file.read(most_bytes)
    return content[: content.rfind(b"\n") + 1].decode(errors="replace").split("\n")[:-1]
