"""A network of torch modules, run by the C++ layers: the same weights, the same mathematics."""

from itertools import chain
from typing import Final

import torch
from torch import Tensor, nn

from core.training.native.bindings import LANES, Source, supports_channels
from core.training.native.convolution import ConvolutionPass
from core.training.native.errors import NotAvailableError
from core.training.native.layer_pass import GradientRoom, LayerPass
from core.training.native.library import native_library
from core.training.native.network_pass import Classifier, Head, Layer, NetworkPass
from core.training.native.normalization import normalization_pass
from core.training.native.strided import StridedPass
from core.training.native.wide_block import WideBlockPass, check_block
from core.training.network.layers import Dropout, LayerNorm, PixelLayerNorm, Residual
from core.training.network.wide_block import WideBlock

_KERNELS: Final = ((1, 1), (3, 3))
_BY_SUMS: Final = (nn.BatchNorm2d, nn.GroupNorm)
"""Norms by statistics that come with what they normalize, and need no activation behind them."""
_LINEAR: Final = (*_BY_SUMS, PixelLayerNorm)


class FusedNetwork:
    """Runs `network` forward in C++, on a processor; gradients flow into the network's own parameters.

    Takes images [N, 3, side, side], channels last in memory, and gives logits [N, classes], like the network.
    The modes of its modules, training or not, count. Where gradients are wanted, memory is kept for the next
    batch of the same size, and only the newest batch can be gone backward from.

    Raises:
        NotAvailableError: the C++ layers are not available here, or there is none for a part of the network.
    """

    def __init__(self, network: nn.Sequential) -> None:
        native_library()
        self._parameters = tuple(network.parameters())
        self._modules = list(network.modules())
        self._buffers = [
            (module, name) for module in self._modules for name, _ in module.named_buffers(recurse=False)
        ]
        self._layers, self._head = _fused(list(network))
        self._learning: tuple[object, NetworkPass] | None = None

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits of `images`.

        Raises:
            ValueError: a gradient is wanted for the images, or of a batch norm in evaluation.
        """
        if not torch.is_grad_enabled():
            return self._evaluated(images)
        if images.requires_grad:
            raise ValueError("no gradient for images in C++: call the torch network itself")
        rows = images.permute(0, 2, 3, 1).contiguous()
        return self._learning_pass(rows).logits(rows, self._parameters)

    def _evaluated(self, images: Tensor) -> Tensor:
        """Return the logits; the memory of each layer is free as soon as the next is computed."""
        source = Source(images.permute(0, 2, 3, 1).contiguous())
        for layer in self._layers:
            one = layer(source, None)
            one.forward()
            source = one.output
        return Classifier(source, self._head).forward()

    def _learning_pass(self, rows: Tensor) -> NetworkPass:
        """Return the pass for such images, laid out anew where they or the network are not as before."""
        buffers = (getattr(module, name) for module, name in self._buffers)
        places = [tensor.data_ptr() for tensor in chain(self._parameters, buffers)]
        kind = rows.shape, [module.training for module in self._modules], places
        if self._learning is None or self._learning[0] != kind:
            self._learning = None  # its memory is free before the next is laid out
            self._learning = kind, NetworkPass(self._layers, self._head, rows)
        return self._learning[1]


def _fused(layers: list[nn.Module]) -> tuple[list[Layer], Head]:
    """Put together what one pass over memory can do."""
    fused: list[Layer] = []
    while True:
        match layers:
            case [nn.AvgPool2d(), nn.Conv2d(kernel_size=(1, 1), bias=None) as conv, nn.Flatten()]:
                return fused, Head(conv)
            case [norm, nn.AvgPool2d(), nn.Conv2d(kernel_size=(1, 1), bias=None) as conv, nn.Flatten()] if (
                isinstance(norm, _LINEAR)
            ):
                return fused, Head(conv, norm)
            case [WideBlock() as block, *layers]:
                fused.append(_wide(block, summed=isinstance(layers[0], _BY_SUMS)))
            case [Residual() as block, *layers]:
                fused += _residual(list(block))
            case _:
                layer, layers = _next_layer(layers)
                fused.append(layer)


def _next_layer(layers: list[nn.Module]) -> tuple[Layer, list[nn.Module]]:  # noqa: PLR0911 - a line a kind
    """Put together the first of `layers` that one pass can do; return it with those after it."""
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
        case [nn.Conv2d(stride=(2, 2)) as conv, *rest]:
            return _strided(conv), rest
        case [nn.Conv2d() as conv, nn.MaxPool2d(kernel_size=2), *rest]:
            return _convolution(_supported(conv), pools=True), rest
        case [nn.Conv2d() as conv, *rest]:
            return _convolution(_supported(conv)), rest
    names = ", ".join(type(layer).__name__ for layer in layers[:4])
    raise NotAvailableError(f"no C++ layers for {names}")


def _residual(layers: list[nn.Module]) -> list[Layer]:
    """Put together normalization, ReLU and one convolution, depthwise or not, whose input is added to it."""
    match layers:
        case [norm, nn.ReLU(), nn.Conv2d() as first, nn.Conv2d(kernel_size=(1, 1)) as conv]:
            convolve = _convolution(_supported(conv), _supported_depthwise(first), residual=True)
        case [norm, nn.ReLU(), nn.Conv2d() as conv]:
            convolve = _convolution(_supported(conv), residual=True)
        case _:
            names = ", ".join(type(layer).__name__ for layer in layers)
            raise NotAvailableError(f"no C++ layers for {names} with a skip connection")
    return [_normalization(norm, None), convolve]


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


def _normalization(norm: nn.Module, dropout: Dropout | None) -> Layer:
    def layer(source: Source, _: GradientRoom | None) -> LayerPass:
        return normalization_pass(source, norm, dropout)

    return layer


def _convolution(
    conv: nn.Conv2d, depthwise: nn.Conv2d | None = None, *, pools: bool = False, residual: bool = False
) -> Layer:
    def layer(source: Source, room: GradientRoom | None) -> LayerPass:
        own = None if depthwise is None else depthwise.weight
        return ConvolutionPass(source, conv.weight, depthwise=own, pools=pools, residual=residual, room=room)

    return layer


def _wide(block: WideBlock, *, summed: bool) -> Layer:
    check_block(block)

    def layer(source: Source, room: GradientRoom | None) -> LayerPass:
        return WideBlockPass(source, block, summed=summed, room=room)

    return layer


def _strided(conv: nn.Conv2d) -> Layer:
    """Halve an image by a 2x2 convolution."""
    simple = conv.bias is None and conv.groups == 1 and (conv.padding, conv.dilation) == ((0, 0), (1, 1))
    supports = native_library().functions.supports_strided
    if not (simple and conv.kernel_size == (2, 2) and supports(conv.in_channels, conv.out_channels)):
        raise NotAvailableError(f"no C++ layer for {conv}")

    def layer(source: Source, room: GradientRoom | None) -> LayerPass:
        return StridedPass(source, conv.weight, room=room)

    return layer
