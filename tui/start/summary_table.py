"""The model summary of the highlighted variant, layer by layer, with the assignment's totals."""

from typing import Final

from textual.content import Content
from textual.widgets import Static

from core.config.planned_layer import RESIDUAL, WIDE_BLOCK
from core.results.model_size import model_size
from core.results.number_format import megabytes
from core.runs.events import ModelSummarised

_LEAST_OUTPUT: Final = 9  # columns, as of the others
_LAYER, _PARAMETERS, _FIELD = 17, 7, 6
_UNKNOWN: Final = (
    "A network of your own: its file is not run before it trains. Train and the report have its layers, and "
    "the limits are judged then."
)


class SummaryTable(Static):
    """Shows layers, output shapes, parameters and, where there is room for them, receptive fields."""

    _model: ModelSummarised | None = None

    def show_unknown(self) -> None:
        """Say of a network of the user's own why there is no table."""
        self._model = None
        self.update(Content.styled(_UNKNOWN, "$foreground 75%"))

    def show(self, model: ModelSummarised) -> None:
        """Draw the table of `model`."""
        self._model = model
        self._draw()

    def on_resize(self) -> None:
        """Draw as many columns as there is room for now."""
        self._draw()

    def _draw(self) -> None:
        if self._model is not None:
            lines = table_lines(self._model, self.content_size.width or None)
            self.update(Content("\n").join(lines))


def table_lines(model: ModelSummarised, room: int | None) -> list[Content]:
    """Return a line a layer below the head, without receptive fields where they have no room.

    Layers' names have as much room in every network, but where it is short.
    """
    shapes = ["×".join(map(str, row.output_shape)) for row in model.rows]
    output = max(_LEAST_OUTPUT, *(len(shape) + 1 for shape in shapes))
    rest = output + _PARAMETERS + _FIELD
    longest = 1 + max(len(row.name) for row in model.rows)
    layer = _LAYER if room is None else max(longest, min(_LAYER, room - rest))
    has_field = room is None or layer + rest <= room
    head = f"{'layer':<{layer}}{'output':<{output}}{'params':>{_PARAMETERS}}"
    return [
        Content.styled(head + (f"{'field':>{_FIELD}}" if has_field else ""), "bold"),
        *(
            Content.assemble(
                (f"{row.name:<{layer}}", "" if row.parameters else "$foreground 60%"),
                (f"{shape:<{output}}", "$foreground 75%"),
                f"{row.parameters:>{_PARAMETERS},}" if row.parameters else " " * _PARAMETERS,
                (f"{row.receptive_field or '':>{_FIELD}}" if has_field else "", "$foreground 75%"),
            )
            for row, shape in zip(model.rows, shapes, strict=True)
        ),
    ]


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
