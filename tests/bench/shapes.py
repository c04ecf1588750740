"""How far torch's and the C++ layers are from double precision, by image size, number of classes and norm.

``uv run python -m tests.bench shapes --save``; with ``CIFAR_TUI_PRECISION=single`` the same in single
precision on a processor that multiplies in bf16. Each case is an untrained network on batches of demo images,
scaled; torch computes in the same precision as the C++ layers. A distance is the norm of a difference over
that of what is exact. Where rounding moves an activation over ReLU's zero, a whole gradient moves, in either
way of computing: of gradients, look at the median.
"""

import argparse
import copy
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from statistics import median
from typing import Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.network_shape import NetworkShape
from core.config.presets import RECIPES, Norm, Preset
from core.dataset.demo import demo_test_images
from core.training.native.bindings import kept_type
from core.training.native.network import FusedNetwork
from core.training.network.build import build_network

SHAPES: Final = (
    *(NetworkShape(10, side) for side in (32, 64, 96)),
    *(NetworkShape(classes, 32) for classes in (2, 100, 1_000)),
    NetworkShape(1_000, 96),
)


@dataclass(frozen=True, slots=True)
class Distances:
    """From double precision, of each of several batches: the logits' and the farthest gradient's."""

    logits: tuple[float, ...]
    gradients: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case: both ways' largest distance of logits, and the median of those of the farthest gradient."""

    side: int
    classes: int
    preset: Preset
    norm: Norm
    logits_cpp: float
    logits_torch: float
    logits_ratio: float
    gradients_cpp: float
    gradients_torch: float
    gradients_ratio: float


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how much is tried."""
    parser.add_argument("--batches", type=int, default=5, help="of each case")
    parser.add_argument("--images", type=int, default=12, help="a batch")


def result_name(_options: argparse.Namespace) -> str:
    """Name the precision."""
    return _precision()


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return a row a case: both ways' largest distance of logits and median of the farthest gradients."""
    rows = []
    for shape in SHAPES:
        for preset in Preset:
            for norm in Norm:
                ours, theirs = compared(norm, preset, shape, options.batches, options.images)
                rows.append(_row(norm, preset, shape, ours, theirs))
    return {
        "precision": _precision(),
        "batches": options.batches,
        "images_a_batch": options.images,
        "cases": len(rows),
        "ratio_of_logits": _spread([row.logits_ratio for row in rows]),
        "ratio_of_gradients": _spread([row.gradients_ratio for row in rows]),
        "rows": [asdict(row) for row in rows],
    }


def compared(
    norm: Norm, preset: Preset, shape: NetworkShape, batches: int, images: int
) -> tuple[Distances, Distances]:
    """Return how far from double precision the C++ layers are, and how far torch is."""
    network = _made(norm, preset, shape)
    exact, stock = copy.deepcopy(network).double(), copy.deepcopy(network)
    fused = FusedNetwork(network)
    ours, theirs = [], []
    for number in range(batches):
        batch = scaled_demo_images(number * images, images, shape.side)
        right = _computed(exact, exact, batch.double(), shape.classes)
        ours.append(_distances(_computed(network, fused, batch, shape.classes), right))
        theirs.append(_distances(_computed(stock, _mixed(stock), batch, shape.classes), right))
    return _together(ours), _together(theirs)


def scaled_demo_images(first: int, count: int, side: int) -> Tensor:
    """Return images of the demo set as networks take them, [N, 3, side, side]."""
    _, images, _ = _demo()
    scaled = [
        np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))
        for image in images[first : first + count]
    ]
    values = (torch.from_numpy(np.stack(scaled)).float() - 127) / 60
    return values.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


_demo: Final = cache(demo_test_images)


def _made(norm: Norm, preset: Preset, shape: NetworkShape) -> nn.Sequential:
    torch.manual_seed(1)
    network = build_network(norm, replace(RECIPES[preset], dropout=0.0), shape)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.3 * torch.rand_like(parameter) * (parameter.ndim != 4))
    return network.to(memory_format=torch.channels_last)


def _mixed(network: nn.Module) -> Callable[[Tensor], Tensor]:
    """Return what computes by torch in the precision of the C++ layers."""
    halves = kept_type() is torch.bfloat16

    def forward(images: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=halves):
            logits: Tensor = network(images)
        return logits.float()

    return forward


def _computed(
    network: nn.Module, forward: Callable[[Tensor], Tensor], images: Tensor, classes: int
) -> list[Tensor]:
    """Return the logits, then the gradient of every parameter."""
    network.zero_grad()
    logits = forward(images)
    F.cross_entropy(logits, torch.arange(len(images)) % classes).backward()  # type: ignore[no-untyped-call]
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    return [logits.detach(), *(gradient.clone() for gradient in gradients)]


def _distances(found: Sequence[Tensor], right: Sequence[Tensor]) -> tuple[float, float]:
    logits, *gradients = (
        float((one - exact).norm() / exact.norm()) for one, exact in zip(found, right, strict=True)
    )
    return logits, max(gradients)


def _together(of_batches: Sequence[tuple[float, float]]) -> Distances:
    logits, gradients = zip(*of_batches, strict=True)
    return Distances(logits, gradients)


def _row(norm: Norm, preset: Preset, shape: NetworkShape, ours: Distances, theirs: Distances) -> Row:
    return Row(
        side=shape.side,
        classes=shape.classes,
        preset=preset,
        norm=norm,
        logits_cpp=max(ours.logits),
        logits_torch=max(theirs.logits),
        logits_ratio=max(ours.logits) / max(theirs.logits),
        gradients_cpp=median(ours.gradients),
        gradients_torch=median(theirs.gradients),
        gradients_ratio=median(ours.gradients) / median(theirs.gradients),
    )


def _spread(ratios: Sequence[float]) -> dict[str, float]:
    return {"median": median(ratios), "min": min(ratios), "max": max(ratios)}


def _precision() -> str:
    return "single" if kept_type() is torch.float32 else "bf16"
