"""What a warm worker and its parent tell each other over their pipes."""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

WARM_FLAG: Final = "--warm"


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """What torch can compute on here: what `auto` means, its name, and every device there is.

    `count` is how many devices `auto` takes.
    """

    device: str
    device_name: str
    threads: int
    available: tuple[str, ...]
    count: int = 1

    def to_line(self) -> bytes:
        """Write it as one line of JSON, line feed included."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read what `to_line` wrote."""
        fields = json.loads(line)
        return cls(**fields | {"available": tuple(fields["available"])})


@dataclass(frozen=True, slots=True)
class Task:
    """The folder of the suite that a warm worker is to train."""

    folder: str

    def to_line(self) -> bytes:
        """Write it as one line of JSON, line feed included."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read what `to_line` wrote."""
        return cls(**json.loads(line))
