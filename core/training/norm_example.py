"""A normalization worked through: its statistics on a few images, and what becomes of one activation."""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from core.runs.evidence_events import NormalizationShown, NormalizedActivation, NormStatistics
from core.training.batches import TestImages
from core.training.train_step import Forward

_IMAGES: Final = 4
_IMAGE_DIMENSIONS: Final = 4
_MOST_SETS: Final = 4  # in each direction: of images, and of channels


class _Place(NamedTuple):
    image: int
    channel: int
    row: int
    column: int


class _Together(NamedTuple):
    """How many images and channels share a mean and a variance."""

    images: int
    channels: int


_Norm = nn.BatchNorm2d | nn.GroupNorm | nn.LayerNorm


@torch.no_grad()
def show_normalization(
    network: nn.Module, images: TestImages, epoch: int, forward: Forward | None = None
) -> NormalizationShown:
    """Work through `network`'s first normalization, after `epoch`, on the first test images as a batch.

    Computed in double precision from the layer's input and its parameters, by the formula and not by the
    layer. Leaves the network as it is, running statistics and all, and in training. `forward` computes it
    where it is not to be called itself.

    Raises:
        LookupError: it normalizes no images, or by no weights of its own.
    """
    norm, first = _first_input(network, forward or network, images.first(_IMAGES))
    values = first.cpu().double()
    together = _together(norm, values)
    means, variances = _statistics(values, together)
    place = _Place(0, 0, values.shape[2] // 2, values.shape[3] // 2)
    own_set = place.image // together.images, place.channel // together.channels
    return NormalizationShown(
        epoch=epoch,
        layer=type(norm).__name__,
        shape=tuple(values.shape),
        images_together=together.images,
        channels_together=together.channels,
        weight_shape=tuple(norm.weight.shape),
        eps=norm.eps,
        statistics=_first(norm, together, means, variances),
        example=_normalized(norm, values, place, float(means[own_set]), float(variances[own_set])),
        in_evaluation=_with_running(norm, values, place),
    )


def _first_input(network: nn.Module, forward: Forward, images: Tensor) -> tuple[_Norm, Tensor]:
    """Return the first norm, and what it gets [N, C, H, W] when `images` are evaluated, in single precision.

    Raises:
        LookupError: there is none to show.
    """
    taken: list[tuple[_Norm, Tensor]] = []

    def take(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if not taken and isinstance(norm, _Norm) and _can_be_shown(norm, inputs[0]):
            taken.append((norm, inputs[0].clone()))

    norms = [module for module in network.modules() if isinstance(module, _Norm)]
    hooks = [norm.register_forward_pre_hook(take) for norm in norms]
    network.eval()
    forward(images)
    network.train()
    for hook in hooks:
        hook.remove()
    if not taken:
        raise LookupError("no normalization to show")
    return taken[0]


def _can_be_shown(norm: _Norm, values: Tensor) -> bool:
    """Tell whether a norm takes images [N, C, H, W] and has the weights that the formula has."""
    whole = not isinstance(norm, nn.LayerNorm) or norm.normalized_shape == tuple(values.shape[1:])
    return values.ndim == _IMAGE_DIMENSIONS and whole and norm.weight is not None and norm.bias is not None


def _together(norm: _Norm, values: Tensor) -> _Together:
    images, channels = values.shape[:2]
    match norm:
        case nn.BatchNorm2d():
            return _Together(images, 1)
        case nn.GroupNorm(num_groups=groups):
            return _Together(1, channels // groups)
        case nn.LayerNorm():
            return _Together(1, channels)


def _statistics(values: Tensor, together: _Together) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance of each set, [sets of images, sets of channels]."""
    images, channels, height, width = values.shape
    sets = values.reshape(
        images // together.images, together.images, channels // together.channels, -1, height, width
    )
    over = (1, 3, 4, 5)
    return sets.mean(over), sets.var(over, unbiased=False)


def _first(norm: _Norm, together: _Together, means: Tensor, variances: Tensor) -> tuple[NormStatistics, ...]:
    rows, columns = (min(size, _MOST_SETS) for size in means.shape)
    running_means, running_variances = _running(norm)
    return tuple(
        NormStatistics(
            image=image if together.images == 1 else None,
            channel=first * together.channels,
            mean=float(means[image, first]),
            variance=float(variances[image, first]),
            running_mean=None if running_means is None else float(running_means[first]),
            running_variance=None if running_variances is None else float(running_variances[first]),
        )
        for image in range(rows)
        for first in range(columns)
    )


def _running(norm: _Norm) -> tuple[Tensor | None, Tensor | None]:
    """Return the running mean and variance, a channel each, of a norm that keeps them."""
    return (norm.running_mean, norm.running_var) if isinstance(norm, nn.BatchNorm2d) else (None, None)


def _with_running(norm: _Norm, values: Tensor, place: _Place) -> NormalizedActivation | None:
    means, variances = _running(norm)
    if means is None or variances is None:
        return None
    return _normalized(norm, values, place, float(means[place.channel]), float(variances[place.channel]))


def _normalized(
    norm: _Norm, values: Tensor, place: _Place, mean: float, variance: float
) -> NormalizedActivation:
    own = (place.channel,) if norm.weight.dim() == 1 else tuple(place)[1:]
    weight, bias = float(norm.weight[own]), float(norm.bias[own])
    before = float(values[place])
    normalized = (before - mean) / (variance + norm.eps) ** 0.5
    return NormalizedActivation(
        **place._asdict(),
        before=before,
        mean=mean,
        variance=variance,
        normalized=normalized,
        weight=weight,
        bias=bias,
        after=weight * normalized + bias,
    )
