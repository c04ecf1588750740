"""Following a file of lines that another process appends to, in little memory whatever it holds."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from core.runs.safe_files import open_to_read

MOST_LINE_BYTES: Final = 2**22
"""Longer than any line of ours: an epoch of the smallest batches on the fastest device has a tenth of it."""

OVERLONG: Final = b"longer than any line of ours"
"""What is read in the place of a line that is."""

_BLOCK_BYTES: Final = 2**18


class LineBlocks:
    """Reads a file in blocks of whole lines; `offset` is behind the last one.

    Of a line that is too long no more is kept than is needed to see that.
    """

    def __init__(self) -> None:
        self.offset = 0
        self._overlong = False

    def restart(self) -> None:
        """Begin at the file's start again."""
        self.offset, self._overlong = 0, False

    def read(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield what is whole from the offset on; a torn last line is not there yet."""
        file.seek(self.offset)
        held = b""
        while block := file.read(_BLOCK_BYTES):
            held += block
            end = held.rfind(b"\n") + 1
            if end:
                whole, held = held[:end], held[end:]
                self.offset += len(whole)
                if self._overlong:
                    self._overlong = False
                    whole = OVERLONG + whole[whole.index(b"\n") :]
                yield whole
            elif len(held) > MOST_LINE_BYTES:
                self.offset += len(held)
                self._overlong, held = True, b""


class LineTail:
    """Gives each whole line of a file once; the file may not exist yet, its last line may be half written.

    A file that is gone or shrank is another one, read from its start. One that was replaced by a longer one
    is taken for the same: so do tools that copy a growing file from another machine.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._blocks = LineBlocks()

    def poll(self) -> list[str]:
        """Return the lines that were completed since the last call, without blank ones.

        Raises:
            OSError: the file is there but cannot be read.
        """
        return list(self.new_lines())

    def new_lines(self) -> Iterator[str]:
        """Yield the same one by one, for a file that may have millions; to be read to the end.

        Raises:
            OSError: as for `poll`.
        """
        try:
            file = open_to_read(self._path)
        except FileNotFoundError:
            self._blocks.restart()
            return
        with file:
            if os.fstat(file.fileno()).st_size < self._blocks.offset:
                self._blocks.restart()
            for block in self._blocks.read(file):
                # not splitlines(): JSON may hold its other line separators as they are
                for line in block.split(b"\n"):
                    if line.strip():
                        yield line.decode(errors="replace")
