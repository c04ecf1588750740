"""The model summary, from torchinfo's rows."""

from collections.abc import Iterator, Sequence
from typing import Final

import torchinfo
from torch import nn
from torchinfo.layer_info import LayerInfo

from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.planned_layer import DEPTHWISE
from core.config.receptive_field import ReceptiveField
from core.runs.events import LayerRow, ModelSummarised
from core.training.network.layers import Residual
from core.training.network.wide_block import ChannelScale, Gate, Mixing, WideBlock

_POINTWISE: Final = (
    *(
        nn.BatchNorm2d,
        nn.GroupNorm,
        nn.LayerNorm,
        nn.Dropout,
        nn.Dropout2d,
        nn.Flatten,
        nn.Identity,
        nn.Linear,
    ),
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish, nn.PReLU, nn.Softmax),
    *(nn.Sigmoid, nn.Tanh, nn.LogSoftmax, Residual, Gate, ChannelScale, Mixing),
)
_FOLLOWED: Final = {nn.Sequential, Residual, WideBlock, Mixing}
"""Modules of several layers whose paths are known."""
"""Layers behind which an output depends on no more pixels: a residual block's sum has its layers' field."""


def summarise(network: nn.Module, shape: NetworkShape = CIFAR10_SHAPE) -> ModelSummarised:
    """Return a row for each layer of `network`, which is of such a shape, in the order the image meets them.

    Behind a residual block's layers stands a row for its sum. The final flatten only drops two axes of length
    one; the assignment counts no row for it. A module that has layers and parameters of its own, as only a
    user's network does, has a row behind its layers; so have parameters of layers that are never called. Of a
    network that torchinfo cannot follow there is one row. Leaves the network in the mode it was in.
    """
    trainable = sum(weight.numel() for weight in network.parameters() if weight.requires_grad)
    layers = _layers(network, shape)
    fields = list(_fields(layers))
    seen: set[int] = set()
    rows = []
    for layer, field in zip(layers, fields, strict=True):
        new = _new_parameters(layer, seen)
        if layer.class_name != nn.Flatten.__name__ and (_is_row(layer) or new):
            rows.append(_row(_name(layer), _shape(layer), new, field))
    if rest := sum(weight.numel() for weight in network.parameters() if id(weight) not in seen):
        rows.append(_row(type(network).__name__, (shape.classes,), rest))
    return ModelSummarised(input_shape=shape.input_shape, rows=tuple(rows), trainable_parameters=trainable)


def _row(name: str, shape: tuple[int, ...], parameters: int, field: ReceptiveField | None = None) -> LayerRow:
    return LayerRow(
        name=name,
        output_shape=shape,
        parameters=parameters,
        receptive_field=field.size if field else None,
    )


def is_depthwise(convolution: nn.Conv2d) -> bool:
    """Tell whether it convolves each channel by itself."""
    return convolution.groups == convolution.in_channels > 1


def _layers(network: nn.Module, shape: NetworkShape) -> list[LayerInfo]:
    """Return all modules, each with all it is made of before it, by when their outputs are there."""
    try:
        found = torchinfo.summary(
            network, input_size=(1, *shape.input_shape), verbose=0, device="cpu", mode="eval"
        ).summary_list
    except RuntimeError:  # a layer gives what torchinfo has no size for
        return []
    ends = [(place + len(layer.children), -layer.depth) for place, layer in enumerate(found)]
    return [found[place] for place in sorted(range(len(found)), key=ends.__getitem__)]


def _is_row(layer: LayerInfo) -> bool:
    sums = isinstance(layer.module, Residual | WideBlock)
    return sums or (bool(layer.is_leaf_layer) and not isinstance(layer.module, Mixing))


def _new_parameters(layer: LayerInfo, seen: set[int]) -> int:
    """Count the module's own parameters, but those `seen` before, which it adds to."""
    new = [weight for weight in layer.module.parameters(recurse=False) if id(weight) not in seen]
    seen.update(map(id, new))
    return sum(weight.numel() for weight in new)


def _name(layer: LayerInfo) -> str:
    """Return torch's name of the layer, or what tells a convolution of each channel by itself from others."""
    if isinstance(layer.module, nn.Conv2d):
        return DEPTHWISE if is_depthwise(layer.module) else nn.Conv2d.__name__
    return str(layer.class_name)


def _shape(layer: LayerInfo) -> tuple[int, ...]:
    return tuple(side for side in layer.output_size[1:] if isinstance(side, int)) or (1,)


def _fields(layers: Sequence[LayerInfo]) -> Iterator[ReceptiveField | None]:
    """Yield the receptive field behind each of `layers`; None where it is not known.

    It is known where one layer follows the other, and each is one whose window is known. A sum has that of
    the last layer before it: the other path, its input's, is smaller. Behind slices side by side, it is that
    of the slice that sees most.
    """
    chain = all(layer.is_leaf_layer or type(layer.module) in _FOLLOWED for layer in layers)
    field = before = most = ReceptiveField() if chain else None
    slice_now: LayerInfo | None = None
    for layer in layers:
        own = _slice_of(layer)
        if own is not None and own is not slice_now:
            if slice_now is None:
                before = most = field
            slice_now, field = own, before
        if layer.is_leaf_layer and field is not None:
            field = _behind(field, layer)
        if own is not None:
            most = _larger(most, field)
        if isinstance(layer.module, Mixing):
            before, field = (field, field) if slice_now is None else (before, most)
            slice_now = None
        # what scales a block's input stands beside its other layers, not behind them
        yield before if isinstance(layer.module, ChannelScale) else field


def _slice_of(layer: LayerInfo) -> LayerInfo | None:
    """Return the slice that `layer` is a layer of."""
    parent = layer.parent_info
    mixing = parent and parent.parent_info
    return parent if mixing and isinstance(mixing.module, Mixing) else None


def _larger(one: ReceptiveField | None, other: ReceptiveField | None) -> ReceptiveField | None:
    return max(one, other, key=lambda field: field.size) if one and other else None


def _behind(field: ReceptiveField, layer: LayerInfo) -> ReceptiveField | None:
    match layer.module:
        case nn.Conv2d() | nn.MaxPool2d() as module:
            window = (module.kernel_size, module.stride, module.dilation)
        case nn.AvgPool2d() as module:
            window = (module.kernel_size, module.stride, 1)
        case nn.AdaptiveAvgPool2d() | nn.AdaptiveMaxPool2d() if set(layer.output_size[2:]) == {1}:
            window = (tuple(layer.input_size[2:]), 1, 1)
        case module:
            return field if isinstance(module, _POINTWISE) else None
    if not all(isinstance(size, int) or len(set(size)) == 1 for size in window):
        return None
    kernel, stride, dilation = (size if isinstance(size, int) else size[0] for size in window)
    return field.behind(kernel=kernel, stride=stride, dilation=dilation)
