"""What a run tells of the machine it computes on, and of how it computes there."""

from dataclasses import dataclass
from enum import StrEnum

from core.runs.limits import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFound:
    """What the run computes on and with; `versions` maps a package's name to its version.

    `instruction_set` is the widest that torch uses of the processor, such as "AVX512"; a file of an earlier
    version has none. `index` is the device's number where there are several; None for the only one.
    """

    device: str
    device_name: str
    threads: Count
    versions: dict[str, str]
    instruction_set: str = ""
    index: Count | None = None

    @property
    def place(self) -> str:
        """The device with its number, as `--device` names it."""
        return self.device if self.index is None else f"{self.device}:{self.index}"


class Layers(StrEnum):
    """Whose layers a network is computed by."""

    NATIVE = "C++"
    TORCH = "torch"


class Precision(StrEnum):
    """In what convolutions multiply, and in what activations are kept; sums are single precision."""

    SINGLE = "single precision"
    BF16 = "bf16"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArithmeticChosen:
    """How the run computes on its device."""

    layers: Layers
    precision: Precision


MachineEvent = EnvironmentFound | ArithmeticChosen
"""What `core.runs.events` takes from here."""
