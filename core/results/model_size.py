"""What a network takes in memory, by the assignment's convention."""

import math
from dataclasses import dataclass
from typing import Final

from core.runs.events import ModelSummarised

_FLOAT_BYTES: Final = 4


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
