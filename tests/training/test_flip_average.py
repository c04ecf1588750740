import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.config.presets import RECIPES, Norm, Preset
from core.dataset.images import ImageSplit
from core.runs.events import Evaluated
from core.training.batches import Normalize, TestImages
from core.training.evaluate import evaluate
from core.training.network.build import build_network
from core.training.train_step import Forward

CPU = torch.device("cpu")
IDENTITY = Normalize(mean=torch.zeros(3), std=torch.ones(3))


class LeftEdge(nn.Module):
    """Says class 1 where the left edge is brighter than 4, else class 0; sees nothing else."""

    def forward(self, images: Tensor) -> Tensor:
        logits = torch.zeros(len(images), 10)
        logits[:, 0] = 4.0
        logits[:, 1] = images[:, 0, 0, 0]
        return logits


def between_edges(left: int, right: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = np.zeros((32, 32, 3), dtype=np.uint8)
    image[:, 0], image[:, -1] = left, right
    return image


# the left edge alone gets the first four right, the mean of both the first and the last two
EDGES = [(10, 0), (6, 0), (6, 0), (6, 0), (0, 6), (0, 6), (0, 6), (0, 6), (0, 10), (0, 10)]


def evaluated(
    network: nn.Module, images: TestImages, *, flip_average: bool = True, forward: Forward | None = None
) -> Evaluated:
    return evaluate(
        network,
        images,
        1,
        poll_commands=lambda: 0.0,
        clock=lambda: 0.0,
        forward=forward,
        flip_average=flip_average,
    ).figures


def edge_images(batch_size: int) -> TestImages:
    images = np.stack([between_edges(left, right) for left, right in EDGES])
    return TestImages(ImageSplit(images, np.ones(len(EDGES), dtype=np.int64)), IDENTITY, batch_size)


@pytest.mark.parametrize("batch_size", [3, 10])
def test_the_mean_of_both_logits_decides_a_count_of_its_own(batch_size: int) -> None:
    found = evaluated(LeftEdge(), edge_images(batch_size))
    assert (found.correct, found.accuracy) == (4, 0.4)
    assert (found.flip_averaged_correct, found.flip_averaged_accuracy) == (3, 0.3)


def test_without_it_there_is_no_such_count() -> None:
    found = evaluated(LeftEdge(), edge_images(10), flip_average=False)
    assert found.flip_averaged_correct is None
    assert found.flip_averaged_accuracy is None


def noise(count: int) -> ImageSplit:
    images = np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(images, np.arange(count, dtype=np.int64) % 10)


@pytest.mark.parametrize("norm", list(Norm))
def test_every_other_figure_is_as_without_it(norm: Norm) -> None:
    torch.manual_seed(0)
    network = build_network(norm, RECIPES[Preset.REFERENCE])
    split = noise(60)
    images = TestImages(split, Normalize.of(split, CPU), batch_size=25)
    plain = evaluated(network, images, flip_average=False)
    averaged = evaluated(network, images)
    assert (averaged.loss, averaged.confusion) == (plain.loss, plain.confusion)
    assert network.training


def test_a_forward_given_is_asked_of_the_mirror_images_too() -> None:
    network = build_network(Norm.BATCH, RECIPES[Preset.TUNED])
    found = evaluated(network, edge_images(10), forward=LeftEdge())
    assert (found.correct, found.flip_averaged_correct) == (4, 3)


def test_the_seconds_are_those_of_both_passes() -> None:
    spent = 0.0

    def forward(images: Tensor) -> Tensor:
        nonlocal spent
        spent += 1.0
        return torch.zeros(len(images), 10)

    found = evaluate(
        LeftEdge(),
        edge_images(5),
        1,
        poll_commands=lambda: 0.5,
        clock=lambda: spent,
        forward=forward,
        flip_average=True,
    ).figures
    assert found.seconds == 4.0 - 2 * 0.5
