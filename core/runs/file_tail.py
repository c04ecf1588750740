"""Following a file of lines that another process appends to."""

import os
from pathlib import Path


class LineTail:
    """Gives each whole line of a file once; the file may not exist yet, its last line may be half written.

    A file that is gone or shrank is another one, read from its start. One that was replaced by a longer one
    is taken for the same: so do tools that copy a growing file from another machine.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def poll(self) -> list[str]:
        """Return the lines that were completed since the last call, without blank ones.

        Raises:
            OSError: the file is there but cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._offset:
                    self._offset = 0
                file.seek(self._offset)
                new = file.read()
        except FileNotFoundError:
            self._offset = 0
            return []
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        # not splitlines(): JSON may hold its other line separators as they are
        return [line for line in whole.decode(errors="replace").split("\n") if line.strip()]
