"""Images on the device, as batches the network takes; augmentation in whole batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Self

import numpy as np
import torch
from torch import Tensor

from core.config.image_options import SIDE_STEP
from core.config.presets import Recipe
from core.dataset.images import ImageSplit
from core.training.native import library as native
from core.training.native.augmentation import augment as native_augment

_STATISTICS_CHUNK: Final = 64  # images: few enough for the sums of a column's squares to fit 32 bits
_FILL_CHUNK: Final = 10_000 * SIDE_STEP**2  # pixels: their floats take 123 MB beside the buffer they go into

# A batch's activations come and go with it: a CPU's caches and memory want it small, a GPU is idle with less.
# Images of CIFAR-10's size; of larger ones as many as have as many pixels.
_TEST_BATCHES: Final = {"cpu": 250, "mps": 1_000, "cuda": 2_000}


@dataclass(frozen=True, slots=True)
class Normalize:
    """Turns bytes into network input: (byte - mean) / std per channel, as torchvision's `Normalize`.

    `mean` and `std` are [3] on the device, in units of a byte.
    """

    mean: Tensor
    std: Tensor

    @property
    def scale(self) -> Tensor:
        """Both in one tensor [2, 3], the mean first."""
        return torch.stack([self.mean, self.std])

    @classmethod
    def of(cls, split: ImageSplit, device: torch.device) -> Self:
        """Take mean and standard deviation of each channel of the training images."""
        width = split.side * 3
        rows = split.images.reshape(len(split), -1, width)
        sums, squares = np.zeros((2, width), dtype=np.int64)
        for first in range(0, len(split), _STATISTICS_CHUNK):
            part = rows[first : first + _STATISTICS_CHUNK].reshape(-1, width).astype(np.uint16)
            sums += part.sum(0, dtype=np.uint32)
            squares += (part * part).sum(0, dtype=np.uint32)
        count = split.images.size // 3
        mean = sums.reshape(-1, 3).sum(0) / count
        std = np.sqrt(squares.reshape(-1, 3).sum(0) / count - mean**2)
        statistics = np.stack([mean, np.maximum(std, 1.0)]).astype(np.float32)
        return cls(*torch.from_numpy(statistics).to(device))

    def __call__(self, images: Tensor) -> Tensor:
        """Turn bytes [N, H, W, 3] into floats [N, 3, H, W], channels last in memory."""
        return images.float().sub_(self.mean).div_(self.std).permute(0, 3, 1, 2)


@dataclass(frozen=True, slots=True)
class AugmentationParams:
    """The random parameters of some images' augmentation, all [N] on the device.

    `index` picks the images. `top` and `left` are where their crops begin, in pixels from the image's own
    corner, below zero outside of it; `flip` is 1 where the crop is mirrored, else 0.
    """

    index: Tensor
    top: Tensor
    left: Tensor
    flip: Tensor

    @property
    def columns(self) -> tuple[Tensor, ...]:
        """All of them, in order."""
        return self.index, self.top, self.left, self.flip

    def split(self, size: int) -> Iterator[Self]:
        """Yield them `size` at a time, and what is left at the end."""
        parts = (torch.split(column, size) for column in self.columns)
        return (type(self)(*part) for part in zip(*parts, strict=True))


def draw_params(
    count: int, recipe: Recipe, generator: torch.Generator, device: torch.device
) -> AugmentationParams:
    """Draw the order, crops and flips of an epoch of `count` images from `generator`, the CPU's."""
    order = torch.randperm(count, generator=generator)
    padding = recipe.crop_padding
    corners = torch.randint(2 * padding + 1, (2, count), generator=generator) - padding
    flips = torch.rand(count, generator=generator) < (0.5 if recipe.flip else 0.0)
    return AugmentationParams(*torch.stack([order, *corners, flips.long()]).to(device).unbind())


def augment(images: Tensor, params: AugmentationParams, normalize: Normalize) -> Tensor:
    """Crop, mirror and normalize bytes [all images, side, side, 3] by `params`.

    Beyond its edges an image is reflection-padded, without repeating the edge. Returns floats
    [N, 3, side, side], channels last in memory.
    """
    if images.device.type == "cpu" and native.is_available():
        return native_augment(images, params.columns, normalize.mean, normalize.std)
    return augment_by_indexing(images, params, normalize)


def augment_by_indexing(images: Tensor, params: AugmentationParams, normalize: Normalize) -> Tensor:
    """Do the same by torch's indexing, on any device."""
    side = images.shape[1]
    pixels = torch.arange(side, device=images.device)
    mirrored = torch.where(params.flip[:, None] == 1, pixels.flip(0), pixels)
    rows = _reflect(params.top[:, None] + pixels, side)
    columns = _reflect(params.left[:, None] + mirrored, side)
    return normalize(images[params.index[:, None, None], rows[:, :, None], columns[:, None, :]])


def _reflect(positions: Tensor, side: int) -> Tensor:
    """Reflect positions less than `side` beyond a line of so many pixels back into it."""
    return (side - 1) - (positions.abs() - (side - 1)).abs()


class TrainingImages:
    """The training images, kept on the device as bytes and served shuffled and augmented.

    Order, crops and flips of a whole epoch are drawn at once on the CPU, so that they depend on the seed
    alone and not on the device, nor on whether the epoch is served in batches or as a whole.
    """

    def __init__(
        self, split: ImageSplit, normalize: Normalize, recipe: Recipe, batch_size: int, seed: int
    ) -> None:
        self.device = normalize.mean.device
        self.batch_size = batch_size
        self.seed = seed
        self._recipe = recipe
        self._normalize = normalize
        self._generator = torch.Generator().manual_seed(seed)
        self._epoch_began = self._generator.get_state()
        self._labels = torch.from_numpy(split.labels).to(self.device)
        self._images = torch.from_numpy(split.images).to(self.device)

    def __len__(self) -> int:
        """Count the images."""
        return len(self._labels)

    @property
    def side(self) -> int:
        """Height and width of each, in pixels."""
        return self._images.shape[1]

    @property
    def scale(self) -> Tensor:
        """What turns their bytes into network input: mean and standard deviation of each channel, [2, 3]."""
        return self._normalize.scale

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch; the last one holds what is left."""
        return -(-len(self) // self.batch_size)

    def drawn_from(self, *, next_epoch: bool) -> Tensor:
        """Return the state, bytes, that the epoch under way was drawn from, or that the next one will be."""
        return self._generator.get_state() if next_epoch else self._epoch_began

    def draw_from(self, state: Tensor) -> None:
        """Draw the next epoch from a state that `drawn_from` gave.

        Raises:
            RuntimeError: it is no such state.
        """
        self._generator.set_state(state)
        self._epoch_began = state

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """Images in each batch of an epoch."""
        full, rest = divmod(len(self), self.batch_size)
        return (self.batch_size,) * full + (rest,) * (rest > 0)

    def epoch(self, done: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield every image once: batches [N, 3, side, side] and labels [N]; not the first `done`."""
        for params in islice(self._draw_params().split(self.batch_size), done, None):
            yield augment(self._images, params, self._normalize), self._labels[params.index]

    def fill(self, images: Tensor, labels: Tensor) -> None:
        """Write what `epoch` would yield batch by batch into `images` and `labels` [all].

        `images` [all, side, side, 3] are floats of any precision, in the order of channels-last memory.
        """
        params = self._draw_params()
        torch.index_select(self._labels, 0, params.index, out=labels)
        chunk = max(1, _FILL_CHUNK // self.side**2)
        parts = zip(params.split(chunk), torch.split(images, chunk), strict=True)
        for part, out in parts:
            out.copy_(augment(self._images, part, self._normalize).permute(0, 2, 3, 1))

    def _draw_params(self) -> AugmentationParams:
        self._epoch_began = self._generator.get_state()
        return draw_params(len(self), self._recipe, self._generator, self.device)


class TestImages:
    """The test images on the device, in order and as they are."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    def __init__(self, split: ImageSplit, normalize: Normalize, batch_size: int | None = None) -> None:
        device = normalize.mean.device
        self.images = torch.from_numpy(split.images).to(device)
        self.labels = torch.from_numpy(split.labels).to(device)
        self._normalize = normalize
        self._batch_size = batch_size or _test_batch(device, split.side)

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield every image once: batches of images [N, 3, side, side] and labels [N]."""
        for first in range(0, len(self.labels), self._batch_size):
            part = slice(first, first + self._batch_size)
            yield self._normalize(self.images[part]), self.labels[part]

    def first(self, count: int) -> Tensor:
        """Return the first `count` images, or all where there are fewer, as `batches` gives them."""
        return self._normalize(self.images[:count])


def _test_batch(device: torch.device, side: int) -> int:
    return max(1, _TEST_BATCHES[device.type] * SIDE_STEP**2 // side**2)
