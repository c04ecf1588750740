"""The model summary a run will give, without building it."""

from dataclasses import replace

from core.config.network_plan import INPUT_SHAPE, RESIDUAL, Layer, planned_blocks
from core.config.presets import Norm, Recipe
from core.runs.events import LayerRow, ModelSummarised


def planned_summary(norm: Norm, recipe: Recipe) -> ModelSummarised:
    """Return what a run will say of its model, without building it."""
    rows: list[LayerRow] = []
    for block in planned_blocks(norm, recipe):
        rows += map(_row, block.layers)
        if block.residual:
            rows.append(replace(rows[-1], name=RESIDUAL, parameters=0))
    parameters = sum(row.parameters for row in rows)
    return ModelSummarised(input_shape=INPUT_SHAPE, rows=tuple(rows), trainable_parameters=parameters)


def _row(layer: Layer) -> LayerRow:
    return LayerRow(
        name=layer.operation.value,
        output_shape=(layer.outputs, layer.side, layer.side),
        parameters=layer.parameters,
    )
