"""The model summary, from torchinfo's rows."""

from collections.abc import Iterable, Iterator

import torchinfo
from torch import nn
from torchinfo.layer_info import LayerInfo

from core.config.network_plan import DEPTHWISE, INPUT_SHAPE, RESIDUAL
from core.config.receptive_field import ReceptiveField
from core.runs.events import LayerRow, ModelSummarised


def summarise(network: nn.Module) -> ModelSummarised:
    """Return a row for each layer of `network`, in the order the image meets them.

    Behind a residual block's layers stands a row for its sum. The final flatten only drops two axes of length
    one; the assignment counts no row for it. Leaves the network in the mode it was in.
    """
    summary = torchinfo.summary(network, input_size=(1, *INPUT_SHAPE), verbose=0, device="cpu", mode="eval")
    layers = [
        layer
        for layer in _ended(summary.summary_list)
        if layer.is_leaf_layer or layer.class_name == RESIDUAL
        if layer.class_name != nn.Flatten.__name__
    ]
    rows = tuple(
        LayerRow(
            name=_name(layer),
            output_shape=tuple(layer.output_size[1:]),
            parameters=layer.num_params if layer.is_leaf_layer else 0,  # the others' are their layers'
            receptive_field=field.size,
        )
        for layer, field in zip(layers, _fields(layer.module for layer in layers), strict=True)
    )
    return ModelSummarised(input_shape=INPUT_SHAPE, rows=rows, trainable_parameters=summary.trainable_params)


def _name(layer: LayerInfo) -> str:
    """Return torch's name of the layer, or what tells a convolution of each channel by itself from others."""
    if isinstance(layer.module, nn.Conv2d):
        return DEPTHWISE if layer.module.groups > 1 else nn.Conv2d.__name__
    return layer.class_name


def _fields(modules: Iterable[nn.Module]) -> Iterator[ReceptiveField]:
    """Yield the receptive field behind each of `modules`.

    A residual block's sum has that of the last layer before it: the other path, its input's, is smaller.
    """
    field = ReceptiveField()
    for module in modules:
        match module:
            case nn.Conv2d() | nn.MaxPool2d():
                kernel, stride, dilation = module.kernel_size, module.stride, module.dilation
                field = field.behind(kernel=_side(kernel), stride=_side(stride), dilation=_side(dilation))
            case nn.AvgPool2d():
                field = field.behind(kernel=_side(module.kernel_size), stride=_side(module.stride))
        yield field


def _side(size: int | tuple[int, ...]) -> int:
    return size if isinstance(size, int) else size[0]  # all of them are square


def _ended(layers: list[LayerInfo]) -> list[LayerInfo]:
    """Sort layers, each with all it is made of behind it, by when their outputs are there."""
    ends = [(place + len(layer.children), -layer.depth) for place, layer in enumerate(layers)]
    return [layers[place] for place in sorted(range(len(layers)), key=ends.__getitem__)]
