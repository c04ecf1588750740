"""The floor: what an epoch must take on a device, whoever writes the loop.

Arithmetic: two operations a multiply-add of every convolution, three times (the layer itself, the gradient
of its weights, the gradient of its input), less the first one's input gradient, which nobody needs.
Everything else (normalizations, activations, pools, the loss, the optimizer, augmentation) counts as free.

Memory: every layer between two convolutions is taken as part of reading the next one's input, so what moves
is each convolution's output and its gradient. The output is written once, read once by what follows, and read
once more by the backward pass; the gradient is written once and read once: five passes. Every image is read
twice, as bytes (the first convolution and its weights' gradient). At every step each weight is read twice
(forward and backward), its gradient written and read, and weight and momentum read and written by the
optimizer: eight passes in 32 bits. Batch norm needs the whole batch before it can go on, so a batch's
activations, tens of megabytes, go through memory at every layer; where a cache as large as that, or an image
at a time (group and layer norm), saves passes, a loop can come out below this figure.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from core.config.devices import Device
from core.config.network_plan import planned_layers
from core.config.network_shape import CIFAR10_SHAPE
from core.config.planned_layer import Layer, Operation
from core.config.presets import Norm, Recipe

_ACTIVATION_PASSES: Final = 5
_IMAGE_PASSES: Final = 2
_WEIGHT_PASSES: Final = 8
_WEIGHT_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakRates:
    """The best a device did just now: a large matrix product, and a large copy (read and write added up).

    The product is of numbers of `number_bytes`, the fewest the loop computes in there: 2 on a CUDA device
    that has bfloat16, else 4.
    """

    flops_a_second: float
    bytes_a_second: float
    number_bytes: int

    @classmethod
    def measured(cls, device: Device) -> Self:
        """Measure in a process of its own, whose memory is nobody's."""
        command = [sys.executable, "-m", "tests.bench.peak_rates", device]
        return cls(**json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))

    @classmethod
    def best(cls, measurements: Sequence[Self]) -> Self:
        """Return the best of each rate."""
        return cls(
            flops_a_second=max(m.flops_a_second for m in measurements),
            bytes_a_second=max(m.bytes_a_second for m in measurements),
            number_bytes=measurements[0].number_bytes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """An epoch's arithmetic and memory traffic, and the least seconds each takes at a device's peak rates."""

    flops: float
    traffic_bytes: float
    rates: PeakRates

    @property
    def arithmetic_seconds(self) -> float:
        """What the arithmetic alone takes."""
        return self.flops / self.rates.flops_a_second

    @property
    def memory_seconds(self) -> float:
        """What the memory traffic alone takes."""
        return self.traffic_bytes / self.rates.bytes_a_second

    @property
    def seconds(self) -> float:
        """The floor: the longer of the two, as if the other went on beside it."""
        return max(self.arithmetic_seconds, self.memory_seconds)


def epoch_floor(norm: Norm, recipe: Recipe, *, images: int, batch_size: int, rates: PeakRates) -> Floor:
    """Return the floor of an epoch of `images` in batches of `batch_size`."""
    layers = planned_layers(norm, recipe)
    steps = -(-images // batch_size)
    parameters = sum(layer.parameters for layer in layers)
    channels, height, width = CIFAR10_SHAPE.input_shape
    activations = sum(layer.outputs * layer.side**2 for layer in layers if _convolves(layer))
    traffic = images * (
        _ACTIVATION_PASSES * activations * rates.number_bytes + _IMAGE_PASSES * channels * height * width
    )
    return Floor(
        flops=images * flops_an_image(layers),
        traffic_bytes=traffic + steps * _WEIGHT_PASSES * _WEIGHT_BYTES * parameters,
        rates=rates,
    )


def flops_an_image(layers: Sequence[Layer]) -> int:
    """Return the operations of one image's training step, forward and backward."""
    first, *rest = (2 * layer.parameters * layer.side**2 for layer in layers if _convolves(layer))
    return 2 * first + 3 * sum(rest)


def _convolves(layer: Layer) -> bool:
    return layer.operation is Operation.CONVOLUTION
