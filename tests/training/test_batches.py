from dataclasses import replace

import numpy as np
import pytest
import torch

from core.config.presets import RECIPES, Preset, Recipe
from core.dataset.images import ImageSplit
from core.training.batches import Normalize, TestImages, TrainingImages

PLAIN = RECIPES[Preset.REFERENCE]
CROPPED = replace(RECIPES[Preset.TUNED], crop_padding=4)
CPU = torch.device("cpu")


@pytest.fixture
def split() -> ImageSplit:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (50, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(images, random.integers(0, 10, 50, dtype=np.int64))


def denormalized(normalize: Normalize, images: torch.Tensor) -> np.ndarray:
    pixels = images.permute(0, 2, 3, 1) * normalize.std + normalize.mean
    return pixels.round().to(torch.uint8).numpy()


def training(split: ImageSplit, recipe: Recipe, seed: int = 0) -> TrainingImages:
    return TrainingImages(split, Normalize.of(split, CPU), recipe, batch_size=16, seed=seed)


def test_normalized_images_have_mean_zero_and_std_one_per_channel(split: ImageSplit) -> None:
    (batch, _), *_ = TestImages(split, Normalize.of(split, CPU)).batches()
    assert batch.mean((0, 2, 3)).tolist() == pytest.approx([0, 0, 0], abs=1e-4)
    assert batch.std((0, 2, 3)).tolist() == pytest.approx([1, 1, 1], abs=1e-3)


def test_a_channel_of_one_colour_does_not_divide_by_zero() -> None:
    grey = ImageSplit(np.full((4, 32, 32, 3), 7, dtype=np.uint8), np.zeros(4, dtype=np.int64))
    (batch, _), *_ = TestImages(grey, Normalize.of(grey, CPU)).batches()
    assert (batch == 0).all()


def test_an_epoch_gives_every_image_once_with_its_label(split: ImageSplit) -> None:
    batches = list(training(split, PLAIN).epoch())
    assert [len(labels) for _, labels in batches] == [16, 16, 16, 2]
    normalize = Normalize.of(split, CPU)
    seen = {
        (image.tobytes(), label)
        for images, labels in batches
        for image, label in zip(denormalized(normalize, images), labels.tolist(), strict=True)
    }
    assert seen == {(i.tobytes(), int(n)) for i, n in zip(split.images, split.labels, strict=True)}


def test_crops_and_flips_are_windows_of_the_reflected_image(split: ImageSplit) -> None:
    one = ImageSplit(split.images[:1].repeat(64, axis=0), split.labels[:1].repeat(64))
    padded = np.pad(one.images[0], ((4, 4), (4, 4), (0, 0)), mode="reflect")
    windows = {padded[y : y + 32, x : x + 32].tobytes() for y in range(9) for x in range(9)}
    mirrored = {padded[y : y + 32, x : x + 32][:, ::-1].tobytes() for y in range(9) for x in range(9)}
    normalize = Normalize.of(one, CPU)
    given = [
        i.tobytes() for images, _ in training(one, CROPPED).epoch() for i in denormalized(normalize, images)
    ]
    assert set(given) <= windows | mirrored
    assert len(set(given)) > 30
    assert 10 < sum(i in mirrored for i in given) < 54


def test_without_a_flip_no_image_is_mirrored(split: ImageSplit) -> None:
    one = ImageSplit(split.images[:1].repeat(32, axis=0), split.labels[:1].repeat(32))
    (images, _), *_ = training(one, replace(PLAIN, flip=False)).epoch()
    assert (denormalized(Normalize.of(one, CPU), images) == one.images[0]).all()


def test_the_seed_decides_the_epoch(split: ImageSplit) -> None:
    def first(seed: int) -> torch.Tensor:
        return next(training(split, CROPPED, seed).epoch())[0]

    assert torch.equal(first(1), first(1))
    assert not torch.equal(first(1), first(2))


@pytest.mark.parametrize("recipe", [PLAIN, CROPPED])
def test_an_epoch_as_a_whole_is_its_batches(split: ImageSplit, recipe: Recipe) -> None:
    images, whole = training(split, recipe), training(split, recipe)
    filled, labels = torch.empty(50, 32, 32, 3), torch.empty(50, dtype=torch.int64)
    for _ in range(2):  # one epoch after another, so that the same is drawn either way
        batches = list(images.epoch())
        whole.fill(filled, labels)
        assert torch.equal(filled.permute(0, 3, 1, 2), torch.cat([batch for batch, _ in batches]))
        assert torch.equal(labels, torch.cat([labels for _, labels in batches]))


def test_mean_and_std_are_those_of_all_pixels_of_a_channel(split: ImageSplit) -> None:
    many = ImageSplit(split.images.repeat(3, axis=0)[:130], split.labels.repeat(3)[:130])
    normalize = Normalize.of(many, CPU)
    assert normalize.mean.tolist() == pytest.approx(many.images.mean((0, 1, 2)).tolist(), rel=1e-6)
    assert normalize.std.tolist() == pytest.approx(many.images.std((0, 1, 2)).tolist(), rel=1e-6)


def test_bytes_are_not_copied_on_a_cpu(split: ImageSplit) -> None:
    assert TestImages(split, Normalize.of(split, CPU)).images.data_ptr() == split.images.ctypes.data
