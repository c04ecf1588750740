"""A network of torch modules, run by the C++ layers: the same weights, the same mathematics."""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

from core.training.native.bindings import LANES, Source, supports_channels
from core.training.native.errors import NotAvailableError
from core.training.native.functions import convolution, spatial_mean
from core.training.native.library import native_library
from core.training.native.normalization import affine
from core.training.network.layers import Dropout, LayerNorm, Residual

Stage = Callable[[Source], Source]
Head = Callable[[Source], Tensor]

_KERNELS: Final = ((1, 1), (3, 3))


class FusedNetwork:
    """Runs `network` forward in C++, on a processor; gradients flow into the network's own parameters.

    Takes images [N, 3, side, side], channels last in memory, and gives logits [N, classes], like the network.
    The modes of its modules, training or not, count.

    Raises:
        NotAvailableError: the C++ layers are not available here, or there is none for a part of the network.
    """

    def __init__(self, network: nn.Sequential) -> None:
        native_library()
        self._stages, self._head = _fused(list(network))

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits of `images`."""
        source = Source(images.permute(0, 2, 3, 1).contiguous())
        for stage in self._stages:
            source = stage(source)
        return self._head(source)


def _fused(layers: list[nn.Module]) -> tuple[list[Stage], Head]:
    """Put together what one pass over memory can do."""
    stages: list[Stage] = []
    while True:
        match layers:
            case [nn.AvgPool2d(), nn.Conv2d(kernel_size=(1, 1), bias=None) as conv, nn.Flatten()]:
                return stages, _classifier(conv)
            case [Residual() as block, *layers]:
                stages.append(_residual(list(block)))
            case _:
                stage, layers = _next_stage(layers)
                stages.append(stage)


def _next_stage(layers: list[nn.Module]) -> tuple[Stage, list[nn.Module]]:
    """Return the first stage of `layers`, and those after it."""
    match layers:
        case [
            nn.BatchNorm2d() | nn.GroupNorm() | LayerNorm() as norm,
            nn.ReLU(),
            Dropout() as dropout,
            *rest,
        ]:
            return _normalization(norm, dropout), rest
        case [nn.BatchNorm2d() | nn.GroupNorm() | LayerNorm() as norm, nn.ReLU(), *rest]:
            return _normalization(norm, None), rest
        case [nn.Conv2d() as first, *others] if first.groups > 1:
            match others:
                case [nn.Conv2d(kernel_size=(1, 1)) as conv, nn.MaxPool2d(kernel_size=2), *rest]:
                    return _convolution(_supported(conv), _supported_depthwise(first), pools=True), rest
                case [nn.Conv2d(kernel_size=(1, 1)) as conv, *rest]:
                    return _convolution(_supported(conv), _supported_depthwise(first)), rest
        case [nn.Conv2d() as conv, nn.MaxPool2d(kernel_size=2), *rest]:
            return _convolution(_supported(conv), pools=True), rest
        case [nn.Conv2d() as conv, *rest]:
            return _convolution(_supported(conv)), rest
    names = ", ".join(type(layer).__name__ for layer in layers[:4])
    raise NotAvailableError(f"no C++ layers for {names}")


def _residual(layers: list[nn.Module]) -> Stage:
    """Put together normalization, ReLU and one convolution, depthwise or not, whose input is added to it."""
    match layers:
        case [norm, nn.ReLU(), nn.Conv2d() as first, nn.Conv2d(kernel_size=(1, 1)) as conv]:
            convolve = _convolution(_supported(conv), _supported_depthwise(first), residual=True)
        case [norm, nn.ReLU(), nn.Conv2d() as conv]:
            convolve = _convolution(_supported(conv), residual=True)
        case _:
            names = ", ".join(type(layer).__name__ for layer in layers)
            raise NotAvailableError(f"no C++ layers for {names} with a skip connection")
    normalize = _normalization(norm, None)
    return lambda source: convolve(normalize(source))


def _supported(conv: nn.Conv2d) -> nn.Conv2d:
    """Return `conv` where the C++ layers support it, forward and backward."""
    channels = (conv.in_channels, conv.out_channels)
    same = conv.kernel_size in _KERNELS and conv.groups == 1
    if not (same and _plain(conv) and supports_channels(*channels)):
        raise NotAvailableError(f"no C++ layer for {conv}")
    return conv


def _supported_depthwise(conv: nn.Conv2d) -> nn.Conv2d:
    """Return `conv`, one kernel a channel, where the C++ layers support it."""
    single = conv.groups == conv.in_channels == conv.out_channels and conv.kernel_size == (3, 3)
    if not (single and _plain(conv) and conv.in_channels % LANES == 0):
        raise NotAvailableError(f"no C++ layer for {conv}")
    return conv


def _plain(conv: nn.Conv2d) -> bool:
    same = conv.padding == (conv.kernel_size[0] // 2,) * 2
    return same and conv.bias is None and conv.stride == (1, 1) and conv.dilation == (1, 1)


def _normalization(norm: nn.Module, dropout: Dropout | None) -> Stage:
    def stage(source: Source) -> Source:
        values, sums = source.values, source.sums
        if sums is None or source.scale is not None:
            raise TypeError("a normalization must follow a convolution")
        terms = affine(norm, sums, values.shape[1] * values.shape[2])
        dropped, seed = dropout.draw() if dropout is not None else (0, 0)
        return Source(values, terms.scale, terms.shift, terms.weight, terms.bias, dropped, seed)

    return stage


def _convolution(
    conv: nn.Conv2d, depthwise: nn.Conv2d | None = None, *, pools: bool = False, residual: bool = False
) -> Stage:
    def stage(source: Source) -> Source:
        own = None if depthwise is None else depthwise.weight
        values, sums = convolution(source, conv.weight, depthwise=own, pools=pools, residual=residual)
        return Source(values, sums=sums)

    return stage


def _classifier(conv: nn.Conv2d) -> Head:
    return lambda source: torch.mm(spatial_mean(source), conv.weight.flatten(1).t())
