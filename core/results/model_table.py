"""The network as the assignment prints it, layer by layer, with its sizes."""

from typing import Final

from core.results.model_size import model_size
from core.results.number_format import megabytes
from core.runs.events import ModelSummarised

_RULE: Final = "-" * 64
_DOUBLE_RULE: Final = "=" * 64


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
        f"Input size (MB): {megabytes(size.input_bytes)}",
        f"Forward/backward pass size (MB): {megabytes(size.forward_backward_bytes)}",
        f"Params size (MB): {megabytes(size.parameter_bytes)}",
        f"Estimated Total Size (MB): {megabytes(size.total_bytes)}",
        _RULE,
    )
    return "\n".join(lines)


def _row(layer: str, shape: str, parameters: str) -> str:
    return f"{layer:>20}  {shape:>25} {parameters:>15}"
