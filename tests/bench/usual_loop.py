"""The usual loop for this job, written as most people write it: what ours is measured against.

A DataLoader with torchvision's transforms on PIL images, stock layers in 32 bits, and loss and accuracy read
at every step. Where one had a choice it is in this loop's favour: the images are in memory and decoded, as
`torchvision.datasets.CIFAR10` keeps them; its workers live on between epochs; memory is channels last where
that is the faster; copies to a CUDA device are from pinned memory; the optimizer is SGD whatever the preset's
is, which is the cheaper one, at a constant learning rate, unless it is asked for torch's own Muon.
"""

from typing import Final

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from core.config.devices import Device
from core.config.presets import LayerNormKind, Norm, Recipe
from core.config.run_config import RunConfig
from core.dataset.images import ImageSplit, limited
from core.dataset.sources import load_images
from tests.bench.loop_task import TorchWay
from tests.bench.torch_optimizers import torch_optimizer

# what programs for CIFAR-10 write here: each channel's mean and standard deviation, of 1
_MEAN: Final = (0.4914, 0.4822, 0.4465)
_STD: Final = (0.2470, 0.2435, 0.2616)
_PADDING: Final = 4


class PilImages(Dataset[tuple[Tensor, int]]):
    """Images with their labels, made PIL images and transformed one by one."""

    def __init__(self, split: ImageSplit, transform: transforms.Compose) -> None:
        self._images = split.images
        self._labels = split.labels.tolist()
        self._transform = transform

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self._transform(Image.fromarray(self._images[index])), self._labels[index]


class UsualLoop:
    """The loop on a config's images, at most `config.limit_train`, written in `way`."""

    def __init__(self, config: RunConfig, way: TorchWay) -> None:
        self.device = torch.device("cpu" if config.device is Device.CPU else "cuda")
        self.threads = torch.get_num_threads()
        loaded = load_images(config.data, lambda *_: None)
        images = limited(loaded, config.limit_train, config.limit_test)
        torch.manual_seed(config.seed)
        transform = _transform(config.recipe, recipe_augmentation=way.recipe_augmentation)
        self.images = PilImages(images.train, transform)
        self._batches = DataLoader(
            self.images,
            batch_size=config.batch_size,
            shuffle=True,
            num_workers=way.loading_processes,
            persistent_workers=way.loading_processes > 0,
            pin_memory=self.device.type == "cuda",
        )
        self._layout = torch.channels_last if way.channels_last else torch.contiguous_format
        network = usual_network(config.norm, config.recipe).to(self.device)
        self.network = network.to(memory_format=self._layout)
        self._criterion = nn.CrossEntropyLoss()
        self._optimizer = torch_optimizer(self.network, way.optimizer, fused=False)

    def train_epoch(self) -> int:
        """Train on every image once; return how many there were."""
        self.network.train()
        loss_sum, correct, count = 0.0, 0, 0
        for batch, targets in self._batches:
            images = batch.to(self.device, non_blocking=True, memory_format=self._layout)
            labels = targets.to(self.device, non_blocking=True)
            self._optimizer.zero_grad()
            outputs = self.network(images)
            loss = self._criterion(outputs, labels)
            loss.backward()
            self._optimizer.step()
            loss_sum += loss.item() * len(labels)
            correct += (outputs.argmax(dim=1) == labels).sum().item()
            count += len(labels)
        return count

    def finish(self) -> dict[str, object]:
        """Leave everything as it is: what the loop takes is at its most while its workers live."""
        return {}


def usual_network(norm: Norm, recipe: Recipe) -> nn.Sequential:
    """Build the assignment's network from stock layers; its weights load into `build_network`'s and back.

    Takes images [N, 3, 32, 32], gives logits [N, 10].

    Raises:
        ValueError: the recipe has another network.
    """
    if recipe.skeleton is not None:
        raise ValueError("the usual loop is written for the assignment's network")

    def normalization(channels: int, side: int) -> nn.Module:
        match norm:
            case Norm.BATCH:
                return nn.BatchNorm2d(channels)
            case Norm.GROUP:
                return nn.GroupNorm(recipe.groups, channels)
            case Norm.LAYER if recipe.layer_norm is LayerNormKind.ELEMENTWISE:
                return nn.LayerNorm([channels, side, side])
            case Norm.LAYER:
                return nn.GroupNorm(1, channels)

    def block(inputs: int, outputs: int, side: int) -> list[nn.Module]:
        convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        dropout = [nn.Dropout(recipe.dropout)] if recipe.dropout else []
        return [convolution, normalization(outputs, side), nn.ReLU(), *dropout]

    return nn.Sequential(
        *block(3, 8, 32),
        *block(8, 16, 32),
        nn.Conv2d(16, 8, 1, bias=False),
        nn.MaxPool2d(2),
        *block(8, 16, 16),
        *block(16, 32, 16),
        *block(32, 32, 16),
        nn.Conv2d(32, 8, 1, bias=False),
        nn.MaxPool2d(2),
        *block(8, 16, 8),
        *block(16, 32, 8),
        *block(32, 64, 8),
        nn.AvgPool2d(8),
        nn.Conv2d(64, 10, 1, bias=False),
        nn.Flatten(),
    )


def _transform(recipe: Recipe, *, recipe_augmentation: bool) -> transforms.Compose:
    crops = recipe.crop_padding > 0 or not recipe_augmentation
    flips = recipe.flip or not recipe_augmentation
    return transforms.Compose(
        [
            *([transforms.RandomCrop(32, padding=_PADDING)] if crops else []),
            *([transforms.RandomHorizontalFlip()] if flips else []),
            transforms.ToTensor(),
            transforms.Normalize(_MEAN, _STD),
        ]
    )
