"""Which devices `--device` can name: one kind of them, or GPUs of one machine by their numbers."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_GPU: Final = re.compile(r"cuda:(0|[1-9][0-9]{0,3})")


class Device(StrEnum):
    """A kind of device; `auto` is CUDA, else an Apple GPU, else the CPU. CUDA is every such GPU there is."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


@dataclass(frozen=True, slots=True)
class Devices:
    """The name of a kind, one of `options`, or of GPUs: cuda:0,cuda:1."""

    options: type[StrEnum] = Device

    @property
    def wanted(self) -> str:
        """Name the options."""
        return f"one of {', '.join(self.options)}, or GPUs such as cuda:0,cuda:1"

    @property
    def pattern(self) -> str:
        """The regular expression of a value."""
        return f"^({'|'.join(self.options)}|{_GPU.pattern}(,{_GPU.pattern})*)$"

    def parse(self, text: str) -> str:
        """Read a name, or several with commas between them, each once."""
        return ",".join(dict.fromkeys(name.strip() for name in text.split(",")))

    def accepts(self, value: object) -> bool:
        """Tell whether `value` names a kind, or GPUs alone."""
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


def gpu_numbers(devices: str) -> tuple[int, ...]:
    """Return the numbers of the GPUs that `devices` names; none where it names a kind."""
    return tuple(int(found) for found in _GPU.findall(devices))
