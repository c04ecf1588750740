"""Where to compute: which devices `--device` can name, and whose machines `--engine` and `--address` do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.errors import InputError

_GPU: Final = re.compile(r"cuda:(0|[1-9][0-9]{0,3})")
_ADDRESS: Final = re.compile(r"[^\s/]+:\d{1,5}", re.ASCII)


class Device(StrEnum):
    """A kind of device; `auto` is CUDA, else an Apple GPU, else the CPU. CUDA is every such GPU there is."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class EngineKind(StrEnum):
    """Whose machines train: this one, or those of a Ray cluster."""

    LOCAL = "local"
    RAY = "ray"


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


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster answers: a host and a port."""

    wanted: str = "an address such as 10.0.0.1:6379"

    def parse(self, text: str) -> str:
        """Take the text as it is."""
        return text

    def accepts(self, value: object) -> bool:
        """Tell whether `value` has a host and a port."""
        return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def gpu_numbers(devices: str) -> tuple[int, ...]:
    """Return the numbers of the GPUs that `devices` names; none where it names a kind."""
    return tuple(int(found) for found in _GPU.findall(devices))


def check_engine(engine: EngineKind, address: str | None, devices: Iterable[str]) -> None:
    """Raise InputError where `engine` cannot train runs on `devices`, or has no use for `address`."""
    if engine is EngineKind.LOCAL:
        if address is not None:
            raise InputError(f"--address {address}: is a Ray cluster's; give --engine ray as well")
        return
    for device in devices:
        if device not in (Device.AUTO, Device.CPU, Device.CUDA):
            given = f"--engine ray --device {device}"
            raise InputError(f"{given}: Ray chooses among its devices; must be one of auto, cpu, cuda")
