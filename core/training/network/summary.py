"""The model summary, from torchinfo's rows."""

import torchinfo
from torch import nn
from torchinfo.layer_info import LayerInfo

from core.config.network_plan import INPUT_SHAPE, RESIDUAL
from core.runs.events import LayerRow, ModelSummarised


def summarise(network: nn.Module) -> ModelSummarised:
    """Return a row for each layer of `network`, in the order the image meets them.

    Behind a residual block's layers stands a row for its sum. The final flatten only drops two axes of length
    one; the assignment counts no row for it. Leaves the network in the mode it was in.
    """
    summary = torchinfo.summary(network, input_size=(1, *INPUT_SHAPE), verbose=0, device="cpu", mode="eval")
    rows = tuple(
        LayerRow(
            name=layer.class_name,
            output_shape=tuple(layer.output_size[1:]),
            parameters=layer.num_params if layer.is_leaf_layer else 0,  # the others' are their layers'
        )
        for layer in _ended(summary.summary_list)
        if layer.is_leaf_layer or layer.class_name == RESIDUAL
        if layer.class_name != nn.Flatten.__name__
    )
    return ModelSummarised(input_shape=INPUT_SHAPE, rows=rows, trainable_parameters=summary.trainable_params)


def _ended(layers: list[LayerInfo]) -> list[LayerInfo]:
    """Sort layers, each with all it is made of behind it, by when their outputs are there."""
    ends = [(place + len(layer.children), -layer.depth) for place, layer in enumerate(layers)]
    return [layers[place] for place in sorted(range(len(layers)), key=ends.__getitem__)]
