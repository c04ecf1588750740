"""The model summary, from torchinfo's rows."""

import torchinfo
from torch import nn

from core.events import LayerRow, ModelSummarised
from core.network_plan import INPUT_SHAPE


def summarise(network: nn.Module) -> ModelSummarised:
    """Return a row for each layer of `network`, in the order the image meets them.

    The final flatten only drops two axes of length one; the assignment counts no row for it. Leaves the
    network in the mode it was in.
    """
    summary = torchinfo.summary(network, input_size=(1, *INPUT_SHAPE), verbose=0, device="cpu", mode="eval")
    rows = tuple(
        LayerRow(
            name=layer.class_name, output_shape=tuple(layer.output_size[1:]), parameters=layer.num_params
        )
        for layer in summary.summary_list
        if layer.is_leaf_layer and layer.class_name != nn.Flatten.__name__
    )
    return ModelSummarised(input_shape=INPUT_SHAPE, rows=rows, trainable_parameters=summary.trainable_params)
