import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.dataset.images import ImageSplit
from core.runs.events import Evaluated
from core.training.evaluate import Evaluation
from core.training.watched import answer_watched, choose_watched, show_watched


@pytest.fixture
def split() -> ImageSplit:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(images, random.permutation(np.arange(60, dtype=np.int64) % 9))  # no image of class 9


def test_watched_are_the_first_of_each_class_as_they_are(split: ImageSplit) -> None:
    places = choose_watched(split)
    shown = show_watched(split, places).images
    assert [image.true_class for image in shown] == list(range(9))
    for image in shown:
        assert image.index == split.labels.tolist().index(image.true_class)
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.png))))
        assert (pixels == split.images[image.index]).all()


def test_of_many_classes_the_first_ten_are_watched() -> None:
    labels = np.arange(40, dtype=np.int64)[::-1].copy()
    split = ImageSplit(np.zeros((40, 64, 64, 3), np.uint8), labels)
    assert choose_watched(split) == tuple(range(39, 29, -1))


def test_their_answers_are_what_the_evaluation_gave_for_their_places() -> None:
    logits = torch.zeros(5, 10)
    logits[4, 7] = 2.0
    logits[1, 3] = torch.inf  # a network that diverges is not sure of anything
    logits[0, 5] = 1e-9  # greater, and yet the same share as all others: the first of them is class 0
    figures = Evaluated(epoch=3, loss=0.0, confusion=(), seconds=0.0)
    told = answer_watched(Evaluation(figures, logits), (4, 1, 0))
    assert told.epoch == 3
    assert [answer.predicted_class for answer in told.answers] == [7, 3, 5]
    sure, unknown, unsure = (answer.confidence for answer in told.answers)
    assert sure == pytest.approx(np.exp(2) / (np.exp(2) + 9))
    assert np.isnan(unknown)
    assert unsure == pytest.approx(0.1)
