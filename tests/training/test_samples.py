import base64
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from core.config.presets import RECIPES, Preset
from core.dataset.images import ImageSplit
from core.runs.evidence_events import Crop, Sample
from core.training.batches import Normalize, TrainingImages
from core.training.samples import show_samples

CROPPED = replace(RECIPES[Preset.TUNED], crop_padding=4)
IDENTITY = Normalize(mean=torch.zeros(3), std=torch.ones(3))


@pytest.fixture
def split() -> ImageSplit:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(images, random.permutation(np.arange(60, dtype=np.int64) % 9))  # no image of class 9


def pixels(sample: Sample) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(sample.png))))


def augmented(image: np.ndarray, crop: Crop) -> bytes:
    padded = np.pad(image, ((4, 4), (4, 4), (0, 0)), mode="reflect")
    part = padded[crop.top + 4 : crop.top + 36, crop.left + 4 : crop.left + 36]
    return (part[:, ::-1] if crop.mirrored else part).tobytes()


def test_they_are_the_first_of_each_class_as_they_are(split: ImageSplit) -> None:
    shown = show_samples(split, CROPPED, seed=1, epochs=5).samples
    assert [sample.true_class for sample in shown] == list(range(9))
    for sample in shown:
        assert sample.index == split.labels.tolist().index(sample.true_class)
        assert (pixels(sample) == split.images[sample.index]).all()


def test_their_crops_are_what_the_run_trains_on_epoch_by_epoch(split: ImageSplit) -> None:
    shown = show_samples(split, CROPPED, seed=1, epochs=2).samples
    training = TrainingImages(split, IDENTITY, CROPPED, 16, seed=1)
    for epoch in range(2):
        trained_on = {
            image.to(torch.uint8).numpy().tobytes()
            for images, _ in training.epoch()
            for image in images.permute(0, 2, 3, 1)
        }
        assert {augmented(pixels(sample), sample.crops[epoch]) for sample in shown} <= trained_on
    assert {len(sample.crops) for sample in shown} == {2}


def test_there_are_three_epochs_crops_at_most_and_none_without_augmentation(split: ImageSplit) -> None:
    assert {len(s.crops) for s in show_samples(split, CROPPED, seed=0, epochs=9).samples} == {3}
    plain = RECIPES[Preset.REFERENCE]
    assert {s.crops for s in show_samples(split, plain, seed=0, epochs=9).samples} == {()}


def test_torchs_own_generator_is_left_alone(split: ImageSplit) -> None:
    before = torch.get_rng_state()
    show_samples(split, CROPPED, seed=0, epochs=1)
    assert torch.equal(torch.get_rng_state(), before)
