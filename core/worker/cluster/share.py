"""What a run takes of a cluster's nodes, and how many find room there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.config.devices import Device
from core.errors import InputError

Node = Mapping[str, float]
"""How much there is of a node's resources, by Ray's names for them."""

_CPU: Final = "CPU"
_GPU: Final = "GPU"
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Share:
    """A run computes on `device`, and takes so many processors, and so much of a GPU."""

    device: Device
    cpus: int
    gpus: float

    def at_once(self, nodes: Sequence[Node]) -> int:
        """Return how many runs there is room for on `nodes` at once."""
        if self.device is Device.CUDA:
            each = round(1 / self.gpus)
            return sum(each * int(node.get(_GPU, 0)) for node in nodes)
        return sum(int(node.get(_CPU, 0) / self.cpus + _ROUNDING) for node in nodes)


def share_of(device: str, parallel: int | None, nodes: Sequence[Node]) -> Share:
    """Return what a run takes that is to compute on `device`, `parallel` of them on a device at once.

    `auto` is CUDA where a node has such a GPU. None is one run on a GPU, and one on each of a node's
    processors; else the processors of the smallest node are shared.

    Raises:
        InputError: no node has the device.
    """
    gpus = [node for node in nodes if node.get(_GPU, 0) >= 1]
    if device == Device.CUDA or (device == Device.AUTO and gpus):
        if not gpus:
            raise InputError("--device cuda: no node of the cluster has a GPU; must be one of auto, cpu")
        return Share(Device.CUDA, cpus=0, gpus=1 / (parallel or 1))
    processors = [int(node[_CPU]) for node in nodes if node.get(_CPU, 0) >= 1]
    if not processors:
        raise InputError("--engine ray: no node of the cluster has a processor to train on")
    return Share(Device.CPU, cpus=1 if parallel is None else max(1, min(processors) // parallel), gpus=0.0)
