from collections import Counter

import numpy as np
import pytest
import torch

from core.config.network_shape import NetworkShape
from core.config.presets import RECIPES, Norm, Preset
from core.dataset.images import ImageSplit
from core.runs.events import Evaluated
from core.runs.sparse_counts import SparseCounts
from core.training.batches import Normalize, TestImages
from core.training.evaluate import Evaluation, evaluate
from core.training.findings import find_misclassified, mark_answers
from core.training.network.build import build_network

CPU = torch.device("cpu")
COUNT = 203  # no multiple of 8, the bits of a byte


@pytest.fixture
def split() -> ImageSplit:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (COUNT, 32, 32, 3), dtype=np.uint8)
    return ImageSplit(images, np.arange(COUNT, dtype=np.int64) % 10)


@pytest.fixture
def tests(split: ImageSplit) -> TestImages:
    return TestImages(split, Normalize.of(split, CPU), batch_size=64)


def evaluated(tests: TestImages) -> Evaluation:
    network = build_network(Norm.BATCH, RECIPES[Preset.REFERENCE])
    return evaluate(network, tests, 3, poll_commands=lambda: 0.0, clock=lambda: 0.0)


def test_the_answers_are_those_the_figures_count(tests: TestImages) -> None:
    evaluation = evaluated(tests)
    marked = mark_answers(evaluation, tests)
    assert (marked.epoch, marked.images, sum(marked.answers)) == (3, COUNT, evaluation.figures.correct)
    assert list(marked.answers) == (evaluation.predicted == tests.labels).tolist()
    assert marked.true_classes == tuple(tests.labels.tolist())
    assert 0 < sum(marked.answers) < COUNT


def test_of_a_thousand_classes_every_image_is_counted(tests: TestImages) -> None:
    network = build_network(Norm.BATCH, RECIPES[Preset.TUNED], NetworkShape(1_000))
    found = evaluate(network, tests, 3, poll_commands=lambda: 0.0, clock=lambda: 0.0)
    assert isinstance(found.figures.confusion, SparseCounts)
    assert (len(found.figures.confusion), found.figures.images) == (1_000, COUNT)
    pairs = zip(tests.labels.tolist(), found.predicted.tolist(), strict=True)
    for (true, predicted), count in Counter(pairs).items():
        assert found.figures.confusion[true][predicted] == count


def test_misclassified_images_are_one_of_each_class_where_there_are(tests: TestImages) -> None:
    evaluation = evaluated(tests)
    found = find_misclassified(evaluation, tests).images
    assert len(found) == 10
    assert [i.index for i in found] == sorted(i.index for i in found)
    assert all(i.true_class != i.predicted_class and 0 < i.confidence <= 1 for i in found)
    assert not any(mark_answers(evaluation, tests).answers[i.index] for i in found)
    wrong_classes = {int(tests.labels[i.index]) for i in found}
    assert len(wrong_classes) >= 9  # an untrained network gives nearly everything to one class


def test_an_image_is_given_to_the_greater_logit_where_the_shares_round_to_one_number(
    tests: TestImages,
) -> None:
    logits = torch.zeros(COUNT, 10)
    logits[:, 5] = 1e-9  # greater, and yet the same share as all others: the first of them is class 0
    figures = Evaluated(epoch=1, loss=0.0, confusion=(), seconds=0.0)
    found = find_misclassified(Evaluation(figures, logits), tests).images
    assert {i.predicted_class for i in found} == {5}
