"""The network as the assignment prints it, layer by layer, with its sizes."""

from typing import Final

from core.results.model_size import model_size
from core.results.number_format import megabytes
from core.runs.events import LayerRow, ModelSummarised

_WIDTH: Final = 64
_FIELD_WIDTH: Final = 16


def model_table(model: ModelSummarised) -> str:
    """Return the table, without a line feed at its end; layers are numbered from 1.

    The column of receptive fields, beyond the assignment's, is there where the rows have them.
    """
    size = model_size(model)
    fields = any(row.receptive_field is not None for row in model.rows)
    width = _WIDTH + _FIELD_WIDTH * fields
    rule, double_rule = "-" * width, "=" * width
    heading = _row("Layer (type)", "Output Shape", "Param #")
    lines = (
        rule,
        f"{heading}{'Receptive field':>{_FIELD_WIDTH}}" if fields else heading,
        double_rule,
        *(_layer(number, row) for number, row in enumerate(model.rows, start=1)),
        double_rule,
        f"Total params: {size.parameters:,}",
        f"Trainable params: {size.trainable_parameters:,}",
        f"Non-trainable params: {size.parameters - size.trainable_parameters:,}",
        rule,
        f"Input size (MB): {megabytes(size.input_bytes)}",
        f"Forward/backward pass size (MB): {megabytes(size.forward_backward_bytes)}",
        f"Params size (MB): {megabytes(size.parameter_bytes)}",
        f"Estimated Total Size (MB): {megabytes(size.total_bytes)}",
        rule,
    )
    return "\n".join(lines)


def _layer(number: int, row: LayerRow) -> str:
    text = _row(f"{row.name}-{number}", str([-1, *row.output_shape]), f"{row.parameters:,}")
    return text if row.receptive_field is None else f"{text}{row.receptive_field:>{_FIELD_WIDTH}}"


def _row(layer: str, shape: str, parameters: str) -> str:
    return f"{layer:>20}  {shape:>25} {parameters:>15}"
