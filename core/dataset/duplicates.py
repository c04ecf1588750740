"""Count images that come up again: in the other split, or as another class."""

from dataclasses import dataclass

from core.dataset.images import ImageSet


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How often images are equal, pixel by pixel.

    `test_in_training` counts the test images that are also training images, of whatever class.
    `under_two_labels` counts the different images that bear more than one class, in either split or across.
    """

    test_in_training: int
    under_two_labels: int


def count_duplicates(image_set: ImageSet) -> Duplicates:
    """Compare every image with every other."""
    train, test = image_set.train, image_set.test
    trained_on = set(train.digests)
    labels: dict[bytes, int] = {}
    two_labels: set[bytes] = set()
    for split in (train, test):
        for digest, label in zip(split.digests, split.labels.tolist(), strict=True):
            if labels.setdefault(digest, label) != label:
                two_labels.add(digest)
    return Duplicates(
        test_in_training=sum(digest in trained_on for digest in test.digests),
        under_two_labels=len(two_labels),
    )
