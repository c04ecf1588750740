"""A network of torch modules, run by the C++ layers: the same weights, the same mathematics."""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

from core.layers import Dropout, LayerNorm
from core.native.bindings import Source, known_channels
from core.native.functions import convolution, pooled_convolution, spatial_mean
from core.native.library import NotAvailableError, native_library
from core.native.normalization import affine

Stage = Callable[[Source], Source]
Head = Callable[[Source], Tensor]

_KERNELS: Final = ((1, 1), (3, 3))


class FusedNetwork:
    """Runs `network` forward in C++, on a processor; gradients flow into the network's own parameters.

    Takes images [N, 3, side, side], channels last in memory, and gives logits [N, classes], like the network.
    The modes of its modules, training or not, count.

    Raises:
        NotAvailableError: the C++ layers cannot be had here, or there is none for a part of the network.
    """

    def __init__(self, network: nn.Sequential) -> None:
        native_library()
        self._stages, self._head = _compiled(list(network))

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits of `images`."""
        source = Source(images.permute(0, 2, 3, 1).contiguous())
        for stage in self._stages:
            source = stage(source)
        return self._head(source)


def _compiled(layers: list[nn.Module]) -> tuple[list[Stage], Head]:
    """Put together what one pass over memory can do."""
    stages: list[Stage] = []
    while True:
        match layers:
            case [
                nn.Conv2d() as conv,
                (nn.BatchNorm2d() | nn.GroupNorm() | LayerNorm()) as norm,
                nn.ReLU(),
                Dropout() as dropout,
                *layers,
            ]:
                stages.append(_normalized(_checked(conv), norm, dropout))
            case [
                nn.Conv2d() as conv,
                (nn.BatchNorm2d() | nn.GroupNorm() | LayerNorm()) as norm,
                nn.ReLU(),
                *layers,
            ]:
                stages.append(_normalized(_checked(conv), norm, None))
            case [nn.Conv2d(kernel_size=(1, 1)) as conv, nn.MaxPool2d(kernel_size=2), *layers]:
                stages.append(_pooled(_checked(conv)))
            case [nn.AvgPool2d(), nn.Conv2d(kernel_size=(1, 1), bias=None) as conv, nn.Flatten()]:
                return stages, _classifier(conv)
            case _:
                names = ", ".join(type(layer).__name__ for layer in layers[:4])
                raise NotAvailableError(f"no C++ layers for {names}")


def _checked(conv: nn.Conv2d) -> nn.Conv2d:
    """Return `conv` where the C++ layers can do it, forward and back."""
    channels = (conv.in_channels, conv.out_channels)
    plain = conv.bias is None and conv.stride == (1, 1) and conv.dilation == (1, 1) and conv.groups == 1
    same = conv.kernel_size in _KERNELS and conv.padding == (conv.kernel_size[0] // 2,) * 2
    if not (plain and same and known_channels(*channels)):
        raise NotAvailableError(f"no C++ layer for {conv}")
    return conv


def _normalized(conv: nn.Conv2d, norm: nn.Module, dropout: Dropout | None) -> Stage:
    def stage(source: Source) -> Source:
        values, sums = convolution(source, conv.weight)
        behind = affine(norm, sums, values.shape[1] * values.shape[2])
        dropped, seed = dropout.draw() if dropout is not None else (0, 0)
        return Source(values, behind.scale, behind.shift, behind.gain, behind.offset, dropped, seed)

    return stage


def _pooled(conv: nn.Conv2d) -> Stage:
    return lambda source: Source(pooled_convolution(source, conv.weight))


def _classifier(conv: nn.Conv2d) -> Head:
    return lambda source: torch.mm(spatial_mean(source), conv.weight.flatten(1).t())
