"""How large a terminal the screens need."""

from typing import Final, NamedTuple


class Size(NamedTuple):
    """A terminal's size, in characters."""

    columns: int
    lines: int

    @property
    def words(self) -> str:
        """The size for people."""
        return f"{self.columns} columns and {self.lines} lines"


LEAST: Final = Size(60, 18)
"""With less, a screen says that it needs more, and nothing else."""

USUAL: Final = Size(80, 24)
"""With less, screens leave out what matters least."""
