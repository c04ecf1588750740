"""What a normalization does, as a scale and a shift a channel: double-precision arithmetic on a few sums."""

from ctypes import Structure
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.training.native.bindings import BoundCall, Source, SourceGradient, data_ptr
from core.training.native.layer_pass import LayerPass, Learned, Ordered, room_of, unbound
from core.training.native.structures import NormalizationFields
from core.training.network.layers import Dropout, LayerNorm

_CHANNELS_LAST = (1, 2, 0)


def normalization_pass(source: Source, norm: nn.Module, dropout: Dropout | None = None) -> LayerPass:
    """Return the pass that normalizes `source`, a convolution's output, through ReLU and `dropout`.

    The source's sums say how: they come with a convolution's values, [N, 2, C], each image's sum and sum of
    squares, channel by channel. A batch norm in training also moves its running statistics.

    Raises:
        TypeError: `norm` is no normalization known here, or the source is no convolution's output.
        ValueError: there is room for gradients, and `norm` is a batch norm in evaluation.
    """
    if source.sums is None or source.scale is not None:
        raise TypeError("a normalization must follow a convolution")
    pixels = source.fields.side**2
    match norm:
        case nn.BatchNorm2d(running_mean=Tensor() as mean, running_var=Tensor() as variance):
            if not norm.training:
                return _KnownStatisticsPass(source, norm, mean, variance, dropout)
            running = _RunningStats(mean, variance, norm.num_batches_tracked, norm.momentum or 0.0)
            kind = _Kind(norm.eps, groups=norm.num_features, pixels=pixels, batch=running)
            return _NormalizationPass(source, kind, dropout, by_channel=norm)
        case nn.GroupNorm():
            kind = _Kind(norm.eps, groups=norm.num_groups, pixels=pixels)
            return _NormalizationPass(source, kind, dropout, by_channel=norm)
        case LayerNorm():
            # over the whole image; weight and bias, one an activation, come after it
            kind = _Kind(norm.eps, groups=1, pixels=pixels)
            return _NormalizationPass(source, kind, dropout, by_activation=norm)
    raise TypeError(f"no normalization: {type(norm).__name__}")


@dataclass(frozen=True, slots=True)
class _RunningStats:
    """A batch norm's running statistics, which a batch moves by the share `momentum`, as torch does."""

    mean: Tensor
    variance: Tensor
    batches: Tensor | None
    momentum: float


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tells normalizations apart: with `batch`, statistics are the whole batch's, else each image's."""

    eps: float
    groups: int
    pixels: int
    batch: _RunningStats | None = None

    def fields(self, images: int, channels: int, weight: Tensor | None, bias: Tensor | None) -> Structure:
        running = self.batch
        return NormalizationFields(
            weight=data_ptr(weight),
            bias=data_ptr(bias),
            running_mean=data_ptr(running.mean if running else None),
            running_var=data_ptr(running.variance if running else None),
            momentum=running.momentum if running else 0.0,
            eps=self.eps,
            images=images,
            channels=channels,
            groups=self.groups,
            pixels=self.pixels,
            whole_batch=running is not None,
        )


class _NormalizationPass:
    """Normalizes by the statistics of what is there; weight and bias are by channel or by activation."""

    def __init__(
        self,
        source: Source,
        kind: _Kind,
        dropout: Dropout | None,
        *,
        by_channel: nn.Module | None = None,
        by_activation: LayerNorm | None = None,
    ) -> None:
        images, _, _, channels = source.values.shape
        rows = 1 if kind.batch else images
        self._source = source
        self._kind = kind
        self._dropout = dropout
        self._by_channel: list[Tensor] = [] if by_channel is None else list(by_channel.parameters())
        self._by_activation = (
            [] if by_activation is None else [Ordered(p, _CHANNELS_LAST) for p in by_activation.parameters()]
        )
        self._statistics = torch.empty(rows, 2, kind.groups, dtype=torch.float64)
        scale, shift = torch.empty(2, rows, channels)
        weight, bias = (one.values for one in self._by_activation) if self._by_activation else (None, None)
        gradient = None
        if source.gradient is not None:
            grad_scale, grad_shift = torch.empty(2, images, channels)  # a row an image, also of a whole batch
            grads = [None if one is None else torch.empty_like(one) for one in (weight, bias)]
            gradient = SourceGradient(source.gradient.values, grad_scale, grad_shift, *grads)
        expanded = scale.expand(images, -1), shift.expand(images, -1)
        self.output = Source(source.values, *expanded, weight, bias, gradient=gradient)
        own = self._by_channel or (None, None)
        self._fields = kind.fields(images, channels, *own)
        self._forward = BoundCall(
            "normalization_forward",
            *(self._fields, source.sums, self._statistics, scale, shift),
            threads=False,
        )
        self.backward = unbound

    def forward(self) -> None:
        """Find the scale and shift of what the source holds now, and draw what is dropped."""
        if self._kind.batch is not None and self._kind.batch.batches is not None:
            self._kind.batch.batches.add_(1)
        for parameter in self._by_activation:
            parameter.refresh()
        self._forward()
        if self._dropout is not None:
            self.output.drop(*self._dropout.draw())

    def bind_backward(self) -> list[Learned]:
        """Make ready for `backward`; return weight and bias, and where it writes their gradients."""
        gradient = room_of(self.output)
        grad_sums = torch.empty(len(self._statistics), 2, self._source.fields.channels)
        grads = [torch.empty_like(parameter) for parameter in self._by_channel]
        self._source.grad_sums = grad_sums
        self.backward = BoundCall(
            "normalization_backward",
            *(self._fields, self._statistics, gradient.scale, gradient.shift, grad_sums),
            *(grads or (None, None)),
            threads=False,
        )
        if self._by_activation and gradient.norm_weight is not None and gradient.norm_bias is not None:
            weight, bias = self._by_activation
            return [weight.learned(gradient.norm_weight), bias.learned(gradient.norm_bias)]
        return list(zip(self._by_channel, grads, strict=True))


class _KnownStatisticsPass:
    """Normalizes as a batch norm does in evaluation, by its running statistics; nothing is learned."""

    def __init__(
        self, source: Source, norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, dropout: Dropout | None
    ) -> None:
        if source.gradient is not None:
            raise ValueError(
                "no gradients of a batch norm in evaluation in C++: call the torch network itself"
            )
        self._norm, self._mean, self._variance = norm, mean, variance
        self._dropout = dropout
        self._scale, self._shift = torch.empty(2, 1, norm.num_features)
        images = len(source.values)
        self.output = Source(source.values, self._scale.expand(images, -1), self._shift.expand(images, -1))
        self.backward = unbound

    @torch.no_grad()
    def forward(self) -> None:
        """Take the running statistics as they are now."""
        torch.mul(self._norm.weight, torch.rsqrt(self._variance + self._norm.eps), out=self._scale[0])
        torch.sub(self._norm.bias, self._mean * self._scale[0], out=self._shift[0])
        if self._dropout is not None:
            self.output.drop(*self._dropout.draw())

    def bind_backward(self) -> list[Learned]:
        """Refuse: there is never room for gradients.

        Raises:
            TypeError: always.
        """
        raise TypeError("a batch norm in evaluation has nothing to learn")
