"""Images on the device, as batches the network takes; augmentation in whole batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import torch
from torch import Tensor

from core.config.presets import Recipe
from core.dataset.images import ImageSplit
from core.training.native import library as native
from core.training.native.augmentation import augmented as native_augmented

_SIZE: Final = 32
_COUNTED_TOGETHER: Final = 64  # images: few enough for the sums of a column's squares to fit 32 bits
_FILLED_TOGETHER: Final = 10_000  # images: their floats take 123 MB beside the buffer they go into

# A batch's activations come and go with it: a CPU's caches and memory want it small, a GPU is idle with less.
_TEST_BATCHES: Final = {"cpu": 250, "mps": 1_000, "cuda": 2_000}


@dataclass(frozen=True, slots=True)
class ChannelScale:
    """Turns bytes into network input: (byte - mean) / deviation, with one of each a channel."""

    mean: Tensor
    deviation: Tensor

    @classmethod
    def of(cls, split: ImageSplit, device: torch.device) -> Self:
        """Measure the training images, channel by channel, in units of a byte."""
        rows = split.images.reshape(len(split), -1, _SIZE * 3)
        sums, squares = np.zeros((2, _SIZE * 3), dtype=np.int64)
        for first in range(0, len(split), _COUNTED_TOGETHER):
            part = rows[first : first + _COUNTED_TOGETHER].reshape(-1, _SIZE * 3).astype(np.uint16)
            sums += part.sum(0, dtype=np.uint32)
            squares += (part * part).sum(0, dtype=np.uint32)
        count = split.images.size // 3
        mean = sums.reshape(-1, 3).sum(0) / count
        deviation = np.sqrt(squares.reshape(-1, 3).sum(0) / count - mean**2)
        scale = np.stack([mean, np.maximum(deviation, 1.0)]).astype(np.float32)
        return cls(*torch.from_numpy(scale).to(device))

    def apply(self, images: Tensor) -> Tensor:
        """Turn bytes [N, H, W, 3] into floats [N, 3, H, W], channels last in memory."""
        return images.float().sub_(self.mean).div_(self.deviation).permute(0, 3, 1, 2)


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance decides of some images, all [N] on the device.

    `index` names the images. `top` and `left` are where their crops begin, in pixels from the image's own
    corner, below zero outside of it; `flip` is 1 where the crop is mirrored, else 0.
    """

    index: Tensor
    top: Tensor
    left: Tensor
    flip: Tensor

    @property
    def columns(self) -> tuple[Tensor, ...]:
        """All of it, in order."""
        return self.index, self.top, self.left, self.flip

    def split(self, size: int) -> Iterator[Self]:
        """Give them `size` at a time, and what is left at the end."""
        parts = (torch.split(column, size) for column in self.columns)
        return (type(self)(*part) for part in zip(*parts, strict=True))


def augmented(images: Tensor, draws: Draws, scale: ChannelScale) -> Tensor:
    """Crop, mirror and scale bytes [all images, 32, 32, 3] as drawn.

    What a crop shows beyond its image is the image's reflection, its edge not repeated. Returns floats
    [N, 3, 32, 32], channels last in memory.
    """
    if images.device.type == "cpu" and native.is_available():
        return native_augmented(images, draws.columns, scale.mean, scale.deviation)
    return gathered(images, draws, scale)


def gathered(images: Tensor, draws: Draws, scale: ChannelScale) -> Tensor:
    """Do the same by torch alone, on any device."""
    pixels = torch.arange(_SIZE, device=images.device)
    rows = _reflected(draws.top[:, None] + pixels)
    columns = _reflected(draws.left[:, None] + torch.where(draws.flip[:, None] == 1, pixels.flip(0), pixels))
    return scale.apply(images[draws.index[:, None, None], rows[:, :, None], columns[:, None, :]])


def _reflected(place: Tensor) -> Tensor:
    """Bring places from -31 to 62 in a line of 32 pixels back into it."""
    return (_SIZE - 1) - (place.abs() - (_SIZE - 1)).abs()


class TrainingImages:
    """The training images, kept on the device as bytes and served shuffled and augmented.

    Order, crops and flips of a whole epoch are drawn at once on the CPU, so that they depend on the seed
    alone and not on the device, nor on whether the epoch is served in batches or as a whole.
    """

    def __init__(
        self, split: ImageSplit, scale: ChannelScale, recipe: Recipe, batch_size: int, seed: int
    ) -> None:
        self.device = scale.mean.device
        self.batch_size = batch_size
        self.seed = seed
        self._padding = recipe.crop_padding
        self._flip = recipe.flip
        self._scale = scale
        self._random = torch.Generator().manual_seed(seed)
        self._labels = torch.from_numpy(split.labels).to(self.device)
        self._images = torch.from_numpy(split.images).to(self.device)

    def __len__(self) -> int:
        """Count the images."""
        return len(self._labels)

    @property
    def steps_an_epoch(self) -> int:
        """Batches in an epoch; the last one holds what is left."""
        return -(-len(self) // self.batch_size)

    def epoch(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Give every image once: batches of images [N, 3, 32, 32] and labels [N]."""
        for draws in self._drawn().split(self.batch_size):
            yield augmented(self._images, draws, self._scale), self._labels[draws.index]

    def fill(self, images: Tensor, labels: Tensor) -> None:
        """Write what `epoch` would give batch by batch into `images` [all, 32, 32, 3] and `labels` [all].

        `images` are floats of any precision, in the order of channels-last memory.
        """
        draws = self._drawn()
        torch.index_select(self._labels, 0, draws.index, out=labels)
        parts = zip(draws.split(_FILLED_TOGETHER), torch.split(images, _FILLED_TOGETHER), strict=True)
        for part, place in parts:
            place.copy_(augmented(self._images, part, self._scale).permute(0, 2, 3, 1))

    def _drawn(self) -> Draws:
        count = len(self)
        order = torch.randperm(count, generator=self._random)
        corners = torch.randint(2 * self._padding + 1, (2, count), generator=self._random) - self._padding
        flips = torch.rand(count, generator=self._random) < (0.5 if self._flip else 0.0)
        return Draws(*torch.stack([order, *corners, flips.long()]).to(self.device).unbind())


class TestImages:
    """The test images on the device, in order and as they are."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    def __init__(self, split: ImageSplit, scale: ChannelScale, batch_size: int | None = None) -> None:
        device = scale.mean.device
        self.images = torch.from_numpy(split.images).to(device)
        self.labels = torch.from_numpy(split.labels).to(device)
        self._scale = scale
        self._batch_size = batch_size or _TEST_BATCHES[device.type]

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Give every image once: batches of images [N, 3, 32, 32] and labels [N]."""
        for first in range(0, len(self.labels), self._batch_size):
            part = slice(first, first + self._batch_size)
            yield self._scale.apply(self.images[part]), self.labels[part]
