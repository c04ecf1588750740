"""The model summary a run will give, without building it."""

from dataclasses import replace

from core.config.network_plan import INPUT_SHAPE, RESIDUAL, Layer, planned_blocks
from core.config.presets import Norm, Recipe
from core.config.receptive_field import ReceptiveField
from core.runs.events import LayerRow, ModelSummarised


def planned_summary(norm: Norm, recipe: Recipe) -> ModelSummarised:
    """Return what a run will say of its model, without building it."""
    rows: list[LayerRow] = []
    field = ReceptiveField()
    for block in planned_blocks(norm, recipe):
        for layer in block.layers:
            field = field.behind(kernel=layer.kernel, stride=layer.stride)
            rows.append(_row(layer, field))
        if block.residual:
            rows.append(replace(rows[-1], name=RESIDUAL, parameters=0))
    parameters = sum(row.parameters for row in rows)
    return ModelSummarised(input_shape=INPUT_SHAPE, rows=tuple(rows), trainable_parameters=parameters)


def _row(layer: Layer, field: ReceptiveField) -> LayerRow:
    return LayerRow(
        name=layer.name,
        output_shape=(layer.outputs, layer.side, layer.side),
        parameters=layer.parameters,
        receptive_field=field.size,
    )
