"""Following a file of lines that another process appends to."""

import os
from pathlib import Path


class LineTail:
    """Gives each whole line of a file once; the file may not exist yet, its last line may be half written.

    A file that is gone, shrank or was replaced is another one, read from its start. `renewed` tells whether
    the last poll found it so: what was given before no longer stands in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._inode: int | None = None
        self.renewed = False

    def poll(self) -> list[str]:
        """Return the lines that were completed since the last call, without blank ones.

        Raises:
            OSError: the file is there but cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                found = os.fstat(file.fileno())
                self._expect(found.st_size, found.st_ino)
                file.seek(self._offset)
                new = file.read()
        except FileNotFoundError:
            self._expect(0, None)
            return []
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        # not splitlines(): JSON may hold its other line separators as they are
        return [line for line in whole.decode(errors="replace").split("\n") if line.strip()]

    def _expect(self, size: int, inode: int | None) -> None:
        self.renewed = self._offset > 0 and (size < self._offset or inode != self._inode)
        self._inode = inode
        if self.renewed:
            self._offset = 0
