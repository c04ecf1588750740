"""The loop that somebody writes who knows torch well: what ours is measured against beside the usual one.

Images are tensors in memory, normalized once, and gathered, cropped and flipped in batches; memory is
channels last where that is the faster; SGD is fused; nothing is read in a step, loss and accuracy once an
epoch. On request its layers compute in bf16 under autocast, and torch.compile compiles its network; what that
compiled before is taken from torch's own cache. As the usual loop it takes SGD whatever the preset's
optimizer is, unless it is asked for torch's own Muon.
"""

from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from core.config.devices import Device
from core.config.run_config import RunConfig
from core.dataset.images import ImageSplit, limited
from core.dataset.sources import load_images
from tests.bench.loop_task import TorchWay
from tests.bench.torch_optimizers import torch_optimizer
from tests.bench.usual_loop import usual_network

if TYPE_CHECKING:
    from collections.abc import Callable

_PADDING: Final = 4


class GoodLoop:
    """The loop on a config's images, at most `config.limit_train`, written in `way`.

    `compiler` is what torch.compile makes code with.
    """

    def __init__(self, config: RunConfig, way: TorchWay, *, compiler: str = "inductor") -> None:
        self.device = torch.device("cpu" if config.device is Device.CPU else "cuda")
        self.threads = torch.get_num_threads()
        loaded = load_images(config.data, lambda *_: None)
        images = limited(loaded, config.limit_train, config.limit_test).train
        torch.manual_seed(config.seed)
        self._batch_size, self._bf16 = config.batch_size, way.bf16
        self._layout = torch.channels_last if way.channels_last else torch.contiguous_format
        recipe = config.recipe
        self._padding = recipe.crop_padding if way.recipe_augmentation else _PADDING
        self._flips = recipe.flip or not way.recipe_augmentation
        self._pixels = _normalized(images, self.device, torch.bfloat16 if way.bf16 else torch.float32)
        self._labels = torch.from_numpy(images.labels).to(self.device).long()
        self._side = images.images.shape[1]
        network = usual_network(config.norm, recipe).to(self.device)
        self.network = network.to(memory_format=self._layout)
        if self.device.type == "cuda":
            torch.backends.cudnn.benchmark = True
        self._forward: Callable[[Tensor], Tensor] = self.network
        if way.compiled:
            # an epoch has batches of two sizes, and each is worth code of its own
            mode = "reduce-overhead" if self.device.type == "cuda" else "default"
            self._forward = torch.compile(self.network, dynamic=False, mode=mode, backend=compiler)
        self._criterion = nn.CrossEntropyLoss()
        self._optimizer = torch_optimizer(self.network, way.optimizer, fused=True)
        self.loss = self.accuracy = float("nan")
        """Of the last epoch, while it trained."""

    def train_epoch(self) -> int:
        """Train on every image once; return how many there were."""
        self.network.train()
        loss_sum = torch.zeros((), device=self.device)
        correct = torch.zeros((), dtype=torch.long, device=self.device)
        count = len(self._labels)
        for index in torch.split(torch.randperm(count, device=self.device), self._batch_size):
            images, labels = self.batch(index), self._labels[index]
            self._optimizer.zero_grad()  # to None, as is the default
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self._bf16):
                outputs = self._forward(images)
            loss = self._criterion(outputs.float(), labels)
            loss.backward()
            self._optimizer.step()
            loss_sum += loss.detach() * len(labels)
            correct += (outputs.detach().argmax(dim=1) == labels).sum()
        self.loss, self.accuracy = loss_sum.item() / count, correct.item() / count
        return count

    def batch(self, index: Tensor) -> Tensor:
        """Return the images [N, 3, side, side] at `index` [N], each cropped by chance, half of them flipped.

        A crop reaches over the edges, where the image is reflected.
        """
        last, across = self._side - 1, torch.arange(self._side, device=self.device)
        rows = columns = across.expand(len(index), -1)
        if self._flips:
            flip = torch.rand(len(index), 1, device=self.device) < 0.5
            columns = torch.where(flip, last - across, across)
        if self._padding:
            shape = (2, len(index), 1)
            down, right = torch.randint(-self._padding, self._padding + 1, shape, device=self.device)
            rows, columns = _reflected(rows + down, last), _reflected(columns + right, last)
        places = (index[:, None, None] * self._side + rows[:, :, None]) * self._side + columns[:, None, :]
        pixels = self._pixels.index_select(0, places.flatten())
        images = pixels.view(len(index), self._side, self._side, 3).permute(0, 3, 1, 2)
        return images.contiguous(memory_format=self._layout)

    def finish(self) -> dict[str, object]:
        """Leave everything as it is."""
        return {}


def _reflected(places: Tensor, last: int) -> Tensor:
    """Turn places beyond 0 and `last` back, the edge itself not repeated."""
    return last - (last - places.abs()).abs()


def _normalized(images: ImageSplit, device: torch.device, number: torch.dtype) -> Tensor:
    """Return every pixel of all images, [images * height * width, 3], with mean 0 and deviation 1."""
    pixels = torch.from_numpy(images.images).to(device).float().flatten(0, 2)
    deviation, mean = torch.std_mean(pixels, dim=0)
    return pixels.sub_(mean).div_(deviation).to(number)
