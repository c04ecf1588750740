"""The network as the assignment prints it, layer by layer, with its sizes."""

import math
from dataclasses import dataclass
from typing import Final

from core.events import ModelSummarised

_FLOAT_BYTES: Final = 4
_MEGABYTE: Final = 2**20
_RULE: Final = "-" * 64
_DOUBLE_RULE: Final = "=" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """What a network takes in memory, in bytes, by the assignment's convention.

    Every number is a 32-bit float; each layer's output counts twice, once forward and once backward, also
    where a program would reuse the memory.
    """

    parameters: int
    trainable_parameters: int
    input_bytes: int
    forward_backward_bytes: int
    parameter_bytes: int

    @property
    def total_bytes(self) -> int:
        """Input, outputs of all layers and parameters together."""
        return self.input_bytes + self.forward_backward_bytes + self.parameter_bytes


def model_size(model: ModelSummarised) -> ModelSize:
    """Add up the rows of `model`."""
    parameters = sum(row.parameters for row in model.rows)
    outputs = sum(math.prod(row.output_shape) for row in model.rows)
    return ModelSize(
        parameters=parameters,
        trainable_parameters=model.trainable_parameters,
        input_bytes=math.prod(model.input_shape) * _FLOAT_BYTES,
        forward_backward_bytes=outputs * _FLOAT_BYTES * 2,
        parameter_bytes=parameters * _FLOAT_BYTES,
    )


def model_table(model: ModelSummarised) -> str:
    """Return the table, without a line feed at its end; layers are numbered from 1."""
    size = model_size(model)
    rows = (
        _row(f"{row.name}-{number}", str([-1, *row.output_shape]), f"{row.parameters:,}")
        for number, row in enumerate(model.rows, start=1)
    )
    lines = (
        _RULE,
        _row("Layer (type)", "Output Shape", "Param #"),
        _DOUBLE_RULE,
        *rows,
        _DOUBLE_RULE,
        f"Total params: {size.parameters:,}",
        f"Trainable params: {size.trainable_parameters:,}",
        f"Non-trainable params: {size.parameters - size.trainable_parameters:,}",
        _RULE,
        f"Input size (MB): {_megabytes(size.input_bytes)}",
        f"Forward/backward pass size (MB): {_megabytes(size.forward_backward_bytes)}",
        f"Params size (MB): {_megabytes(size.parameter_bytes)}",
        f"Estimated Total Size (MB): {_megabytes(size.total_bytes)}",
        _RULE,
    )
    return "\n".join(lines)


def _row(layer: str, shape: str, parameters: str) -> str:
    return f"{layer:>20}  {shape:>25} {parameters:>15}"


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.2f}"
