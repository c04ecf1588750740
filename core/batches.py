"""Images on the device, as batches the network takes; augmentation in whole batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from core.dataset.images import ImageSplit
from core.presets import Recipe

_SIZE = 32


@dataclass(frozen=True, slots=True)
class ChannelScale:
    """Turns bytes into network input: (byte - mean) / deviation, with one of each a channel."""

    mean: Tensor
    deviation: Tensor

    @classmethod
    def of(cls, split: ImageSplit, device: torch.device) -> Self:
        """Measure the training images, channel by channel, in units of a byte."""
        pixels = split.images.reshape(-1, 3)
        counts = np.stack([np.bincount(pixels[:, c], minlength=256) for c in range(3)]).astype(np.float64)
        levels = np.arange(256)
        mean = counts @ levels / len(pixels)
        deviation = np.sqrt(counts @ levels**2 / len(pixels) - mean**2)
        scale = np.stack([mean, np.maximum(deviation, 1.0)]).astype(np.float32)
        return cls(*torch.from_numpy(scale).to(device))

    def apply(self, images: Tensor) -> Tensor:
        """Turn bytes [N, H, W, 3] into floats [N, 3, H, W], channels last in memory."""
        return ((images.float() - self.mean) / self.deviation).permute(0, 3, 1, 2)


class TrainingImages:
    """The training images, kept on the device as bytes and served in shuffled, augmented batches.

    Order, crops and flips of a whole epoch are drawn at once on the CPU, so that they depend on the seed
    alone and not on the device.
    """

    def __init__(
        self, split: ImageSplit, scale: ChannelScale, recipe: Recipe, batch_size: int, seed: int
    ) -> None:
        device = scale.mean.device
        self._padding = recipe.crop_padding
        self._flip = recipe.flip
        self._scale = scale
        self._batch_size = batch_size
        self._random = torch.Generator().manual_seed(seed)
        self._labels = torch.from_numpy(split.labels).to(device)
        self._images = _reflected(torch.from_numpy(split.images).to(device), self._padding)
        self._range = torch.arange(_SIZE, device=device)

    @property
    def steps_an_epoch(self) -> int:
        """Batches in an epoch; the last one holds what is left."""
        return -(-len(self._labels) // self._batch_size)

    def epoch(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Give every image once: batches of images [N, 3, 32, 32] and labels [N]."""
        count, device = len(self._labels), self._labels.device
        order = torch.randperm(count, generator=self._random)
        corners = torch.randint(2 * self._padding + 1, (2, count), generator=self._random)
        flips = torch.rand(count, generator=self._random) < (0.5 if self._flip else 0.0)
        drawn = torch.stack([order, *corners, flips.long()]).to(device)
        for index, top, left, flip in (part.unbind() for part in torch.split(drawn, self._batch_size, dim=1)):
            rows = top[:, None] + self._range
            columns = left[:, None] + torch.where(flip[:, None] == 1, self._range.flip(0), self._range)
            images = self._images[index[:, None, None], rows[:, :, None], columns[:, None, :]]
            yield self._scale.apply(images), self._labels[index]


def _reflected(images: Tensor, padding: int) -> Tensor:
    """Pad images [N, H, W, 3] by their own reflection on all four sides."""
    if padding == 0:
        return images
    inside = torch.arange(_SIZE + 2 * padding, device=images.device) - padding
    reflected = (_SIZE - 1) - (inside.abs() - (_SIZE - 1)).abs()
    return images[:, reflected][:, :, reflected].contiguous()


class TestImages:
    """The test images on the device, in order and as they are."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    def __init__(self, split: ImageSplit, scale: ChannelScale, batch_size: int = 1_000) -> None:
        device = scale.mean.device
        self.images = torch.from_numpy(split.images).to(device)
        self.labels = torch.from_numpy(split.labels).to(device)
        self._scale = scale
        self._batch_size = batch_size

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Give every image once: batches of images [N, 3, 32, 32] and labels [N]."""
        for first in range(0, len(self.labels), self._batch_size):
            part = slice(first, first + self._batch_size)
            yield self._scale.apply(self.images[part]), self.labels[part]
