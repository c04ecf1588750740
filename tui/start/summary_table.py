"""The model summary of the highlighted variant, layer by layer, with the assignment's totals."""

from typing import Final

from textual.content import Content
from textual.widgets import Static

from core.config.planned_layer import RESIDUAL, WIDE_BLOCK
from core.results.model_size import model_size
from core.results.number_format import megabytes
from core.runs.events import ModelSummarised

_LEAST_OUTPUT: Final = 9  # columns
_UNKNOWN: Final = (
    "A network of your own: its file is not run before it trains. Train and the report have its layers, and "
    "the limits are judged then."
)


class SummaryTable(Static):
    """Shows layers, output shapes, parameters and receptive fields; as wide as 80 columns have room for."""

    def show_unknown(self) -> None:
        """Say of a network of the user's own why there is no table."""
        self.update(Content.styled(_UNKNOWN, "$foreground 75%"))

    def show(self, model: ModelSummarised) -> None:
        """Draw the table of `model`."""
        shapes = ["×".join(map(str, row.output_shape)) for row in model.rows]
        output = max(_LEAST_OUTPUT, *(len(shape) + 1 for shape in shapes))
        lines = [Content.styled(f"{'layer':<17}{'output':<{output}}{'params':>7}{'field':>6}", "bold")]
        lines += [
            Content.assemble(
                (f"{row.name:<17}", "" if row.parameters else "$foreground 60%"),
                (f"{shape:<{output}}", "$foreground 75%"),
                f"{row.parameters:>7,}" if row.parameters else f"{'':>7}",
                (f"{row.receptive_field or '':>6}", "$foreground 75%"),
            )
            for row, shape in zip(model.rows, shapes, strict=True)
        ]
        self.update(Content("\n").join(lines))


def totals(model: ModelSummarised) -> Content:
    """Write parameters and sizes of `model`, in MB of 2**20 bytes, in three lines."""
    size = model_size(model)
    sizes = (size.input_bytes, size.forward_backward_bytes, size.parameter_bytes, size.total_bytes)
    shown = list(map(megabytes, sizes))
    layers = sum(row.name not in {RESIDUAL, WIDE_BLOCK} for row in model.rows)  # a sum is none
    return Content.assemble(
        ("parameters ", "$foreground 60%"),
        (f"{size.parameters:,}", "bold"),
        (f" · {layers} layers\n", "$foreground 60%"),
        ("input ", "$foreground 60%"),
        f"{shown[0]} MB",
        (" · forward/backward ", "$foreground 60%"),
        f"{shown[1]} MB\n",
        ("parameters ", "$foreground 60%"),
        f"{shown[2]} MB",
        (" · total ", "$foreground 60%"),
        (f"{shown[3]} MB", "bold"),
    )
