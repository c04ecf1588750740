"""The model summary a run will give, without building it."""

from dataclasses import replace

from core.config.network_plan import planned_blocks
from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.planned_layer import Layer, Operation, PlannedBlock
from core.config.presets import Norm, Recipe
from core.config.receptive_field import ReceptiveField
from core.runs.events import LayerRow, ModelSummarised


def planned_summary(norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE) -> ModelSummarised:
    """Return what a run on images of such a shape will say of its model, without building it."""
    rows: list[LayerRow] = []
    field = ReceptiveField()
    for block in planned_blocks(norm, recipe, shape):
        before = field
        mixed, field = _mixed(block, before)
        rows += mixed
        for layer in block.layers:
            field = _behind(layer, field)
            # what scales the block's input stands beside the others, not behind them
            rows.append(_row(layer, before if layer.operation is Operation.CHANNEL_SCALE else field))
        if block.residual:
            rows.append(replace(_row(block.layers[-1], field), name=block.sum_name, parameters=0))
    parameters = sum(row.parameters for row in rows)
    return ModelSummarised(input_shape=shape.input_shape, rows=tuple(rows), trainable_parameters=parameters)


def _mixed(block: PlannedBlock, before: ReceptiveField) -> tuple[list[LayerRow], ReceptiveField]:
    """Return rows for the layers of a block's slices, and the field behind the slice that sees most."""
    rows: list[LayerRow] = []
    most = before
    for _, layers in block.slices:
        field = before
        for layer in layers:
            field = _behind(layer, field)
            rows.append(_row(layer, field))
        most = max(most, field, key=lambda one: one.size)
    return rows, most


def _behind(layer: Layer, field: ReceptiveField) -> ReceptiveField:
    return field.behind(kernel=layer.kernel, stride=layer.stride, dilation=layer.dilation)


def _row(layer: Layer, field: ReceptiveField) -> LayerRow:
    return LayerRow(
        name=layer.name,
        output_shape=(layer.outputs, layer.side, layer.side),
        parameters=layer.parameters,
        receptive_field=field.size,
    )
