"""What a warm worker and its parent tell each other over their pipes."""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

WARM_FLAG: Final = "--warm"


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """What torch can compute on here: what `auto` means, its name, and every device there is."""

    device: str
    device_name: str
    threads: int
    available: tuple[str, ...]

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
    """What a warm worker is to train: a suite's folder, and which of its runs (None: all)."""

    folder: str
    runs: tuple[str, ...] | None

    def to_line(self) -> bytes:
        """Write it as one line of JSON, line feed included."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read what `to_line` wrote."""
        fields = json.loads(line)
        return cls(fields["folder"], None if fields["runs"] is None else tuple(fields["runs"]))
