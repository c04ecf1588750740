"""What a child process has found out that only a process with torch can: how it tells its parent."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersExamined:
    """The C++ compiler and the layers it makes; `compiler` is its path, `version` what it says it is.

    `unwanted` says why no C++ layers are to be used. Where the compiler was tried, `trouble` is what it
    complained of, and `threads` tells whether it has OpenMP. `kept` tells whether compiled layers are in the
    cache and can be loaded, `unusable` what is wrong with those that are there. `bf16` tells what they
    multiply in, where they were loaded.
    """

    unwanted: str = ""
    compiler: str = ""
    version: str = ""
    trouble: str = ""
    threads: bool = True
    kept: bool = False
    unusable: str = ""
    bf16: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchExamined:
    """The imported torch; `seconds` are those of the import, `cuda` the CUDA it was built for, or empty."""

    version: str
    seconds: float
    cuda: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionExamined:
    """The imported torchvision, and the addresses that CIFAR-10 is downloaded from, the first one first."""

    version: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesExamined:
    """What torch computes on: `available` as `--device` has them, the fastest first, and the first's name.

    `warnings` is what torch said while it looked; `metal` tells whether it was built for Apple's GPUs.
    """

    available: tuple[str, ...]
    name: str
    threads: int
    instruction_set: str
    metal: bool
    warnings: tuple[str, ...] = ()


Examined = LayersExamined | TorchExamined | VisionExamined | DevicesExamined

STEPS: Final[dict[str, type[Examined]]] = {
    "layers": LayersExamined,
    "torch": TorchExamined,
    "torchvision": VisionExamined,
    "devices": DevicesExamined,
}
"""What is examined, in this order."""


@dataclass(frozen=True, slots=True)
class Word:
    """A line of the child's: it begins a step, or has found something, or the step failed with `error`."""

    step: str
    found: Examined | None = None
    error: str = ""

    def to_line(self) -> bytes:
        """Write it as one line of JSON, line feed included."""
        fields = {"step": self.step, "error": self.error}
        return json.dumps(fields | ({"found": asdict(self.found)} if self.found else {})).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read what `to_line` wrote."""
        fields = json.loads(line)
        found = fields.get("found")
        return cls(fields["step"], None if found is None else _found(fields["step"], found), fields["error"])


def _found(step: str, fields: dict[str, Any]) -> Examined:
    tuples = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return STEPS[step](**fields | tuples)


@dataclass(frozen=True, slots=True)
class Examination:
    """All that a child came to say, and how it ended.

    `errors` are those of steps that failed, by their names. `unfinished` is the step at which it ended, empty
    where it came to the end; `ended` says how then: that it took too long, or how it crashed.
    """

    layers: LayersExamined | None = None
    torch: TorchExamined | None = None
    vision: VisionExamined | None = None
    devices: DevicesExamined | None = None
    errors: dict[str, str] = field(default_factory=dict)
    unfinished: str = ""
    ended: str = ""
    hung: bool = False
