"""The images of a tree in the order they are read: split by split, class by class, name by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.dataset.image_tree.survey import ClassFiles, Survey, is_image, no_images
from core.dataset.images import Labels

_NAMED: Final = 3  # of the files that are passed over


@dataclass(frozen=True, eq=False)
class ListedSplit:
    """Files in a tree, and their labels, int64 (N,)."""

    files: tuple[str, ...]
    labels: Labels

    def taken(self, rows: Labels) -> "ListedSplit":
        """Return the files at `rows`, in their order."""
        return ListedSplit(tuple(self.files[row] for row in rows.tolist()), self.labels[rows])


@dataclass(frozen=True, eq=False)
class Listing:
    """Every image of a tree; `test` is None where it is yet to be held out of the training images."""

    classes: tuple[str, ...]
    train: ListedSplit
    test: ListedSplit | None
    remarks: tuple[str, ...]


def list_images(survey: Survey) -> Listing:
    """List the images; of a file whose name tells nothing the first bytes are looked at.

    Raises InputError where a class has no image, OSError where a folder or a file can't be examined.
    """
    passed: list[str] = []
    train = _split(survey, survey.train, passed)
    test = None if survey.folders.test is None else _split(survey, survey.test, passed)
    return Listing(survey.classes, train, test, (*survey.remarks, *_told(passed)))


def _split(survey: Survey, classes: Iterable[ClassFiles], passed: list[str]) -> ListedSplit:
    files: list[str] = []
    labels: list[int] = []
    for label, found in enumerate(classes):
        passed.extend(found.others)
        images = list(_images(survey, found, passed))
        if not images:
            raise no_images(survey, found)
        files += images
        labels += [label] * len(images)
    return ListedSplit(tuple(files), np.array(labels, np.int64))


def _images(survey: Survey, found: ClassFiles, passed: list[str]) -> Iterator[str]:
    for file in found.files:
        if file in found.unclear and not is_image(survey, file):
            passed.append(file)
        else:
            yield file


def _told(passed: list[str]) -> Iterator[str]:
    if passed:
        more = ", ..." if len(passed) > _NAMED else ""
        files = "1 file that is no image" if len(passed) == 1 else f"{len(passed):,} files that are no images"
        yield f"passed over {files}: {', '.join(sorted(passed)[:_NAMED])}{more}"
