"""The model summary a run will give, without building it."""

from dataclasses import replace

from core.config.network_plan import RESIDUAL, Layer, planned_blocks
from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.presets import Norm, Recipe
from core.config.receptive_field import ReceptiveField
from core.runs.events import LayerRow, ModelSummarised


def planned_summary(norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE) -> ModelSummarised:
    """Return what a run on images of such a shape will say of its model, without building it."""
    rows: list[LayerRow] = []
    field = ReceptiveField()
    for block in planned_blocks(norm, recipe, shape):
        for layer in block.layers:
            field = field.behind(kernel=layer.kernel, stride=layer.stride)
            rows.append(_row(layer, field))
        if block.residual:
            rows.append(replace(rows[-1], name=RESIDUAL, parameters=0))
    parameters = sum(row.parameters for row in rows)
    return ModelSummarised(input_shape=shape.input_shape, rows=tuple(rows), trainable_parameters=parameters)


def _row(layer: Layer, field: ReceptiveField) -> LayerRow:
    return LayerRow(
        name=layer.name,
        output_shape=(layer.outputs, layer.side, layer.side),
        parameters=layer.parameters,
        receptive_field=field.size,
    )
