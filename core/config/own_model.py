"""What `--model` names, before anybody looks there: a function in a file of the user's, for a network."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from core.errors import InputError
from core.printable import printable


@dataclass(frozen=True, slots=True)
class ModelSource:
    """The file and the function in it; `str` writes it as `--model` has it: net.py:net."""

    path: Path
    function: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read FILE:FUNCTION; raises ValueError where it is none."""
        path, colon, function = text.rpartition(":")
        if not colon or not path.strip() or "\0" in path or not function.isidentifier():
            raise ValueError("no FILE:FUNCTION")
        return cls(Path(path), function)

    def __str__(self) -> str:
        """Write it as `--model` has it."""
        return f"{self.path}:{self.function}"

    @property
    def name(self) -> str:
        """Whose network it is, to people: "net of net.py"."""
        return printable(f"{self.function} of {self.path.name}")

    def in_full(self) -> Self:
        """Return it with the file's full path, "~" resolved; raises InputError where that is no user's."""
        try:
            return replace(self, path=self.path.expanduser().absolute())
        except RuntimeError:
            raise InputError(f"--model {self}: there is no such user; give the file's full path") from None


@dataclass(frozen=True, slots=True)
class ModelFunction:
    """The kind of a setting that names a network of the user's own."""

    wanted: str = "a Python file and a function in it, such as net.py:net"

    def parse(self, text: str) -> str:
        """Take the text as it is; raise ValueError where it is no FILE:FUNCTION."""
        ModelSource.of(text)
        return text

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is FILE:FUNCTION."""
        try:
            return isinstance(value, str) and ModelSource.of(value) is not None
        except ValueError:
            return False
