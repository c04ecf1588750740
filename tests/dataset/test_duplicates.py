import numpy as np

from core.dataset.demo import demo_images
from core.dataset.duplicates import Duplicates, count_duplicates
from core.dataset.images import ImageSplit, make_image_set
from tests.dataset.samples import CLASSES


def split(values: list[int], labels: list[int]) -> ImageSplit:
    images = np.broadcast_to(np.array(values, np.uint8)[:, None, None, None], (len(values), 32, 32, 3))
    return ImageSplit(images, np.array(labels, np.int64))


def duplicates(train: ImageSplit, test: ImageSplit) -> Duplicates:
    return count_duplicates(make_image_set(train, test, CLASSES, "few", "folder"))


def test_every_test_image_that_was_trained_on_counts() -> None:
    found = duplicates(split([1, 2, 3, 3], [0, 1, 2, 2]), split([3, 3, 2, 4], [2, 2, 1, 4]))
    assert found == Duplicates(test_in_training=3, under_two_labels=0)


def test_an_image_of_two_classes_counts_once_in_whatever_split_they_are() -> None:
    within = duplicates(split([1, 1, 1, 2], [0, 1, 2, 0]), split([3, 3], [4, 5]))
    assert within == Duplicates(test_in_training=0, under_two_labels=2)
    across = duplicates(split([1, 2], [0, 0]), split([1, 1], [0, 7]))
    assert across == Duplicates(test_in_training=2, under_two_labels=1)


def test_the_demo_images_are_all_different() -> None:
    assert count_duplicates(demo_images()) == Duplicates(0, 0)
