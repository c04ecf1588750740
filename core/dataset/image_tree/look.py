"""What is said of images before any is decoded: how many, of what size, and that a first one can be read."""

import io
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.dataset.image_tree.endings import IMAGE_FORMATS, why_none
from core.dataset.image_tree.survey import ClassFiles, Survey, is_image, no_images
from core.dataset.picture_size import Size
from core.dataset.tree.tree import HEAD_BYTES
from core.errors import InputError

PATIENCE: Final = 1.0
"""Seconds that somebody waits for at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: `test` is None where test images are held out of the `train` ones.

    `whole` is whether all were counted in the time there was. `smallest` and `largest` are of the first image
    of each class and split; None where that would take long to tell.
    """

    classes: tuple[str, ...]
    train: int
    test: int | None
    whole: bool
    smallest: Size | None
    largest: Size | None


def look_at(survey: Survey, seconds: float = PATIENCE) -> Look:
    """Count the images, and open the first of each class and split as far as its header.

    Raises InputError where a class has none or that first one is none; OSError.
    """
    deadline = time.monotonic() + seconds
    test_places = survey.folders.test
    train, all_train, sizes = _counted(survey, survey.files_of(survey.folders.train), deadline)
    if test_places is None:
        test, all_test = None, True
    else:
        test, all_test, more_sizes = _counted(survey, survey.files_of(test_places), deadline)
        sizes += more_sizes
    by_area = sorted({*sizes}, key=lambda size: (size[0] * size[1], size))
    ends = (by_area[0], by_area[-1]) if by_area else (None, None)
    return Look(survey.classes, train, test, all_train and all_test, *ends)


def _counted(survey: Survey, classes: Iterator[ClassFiles], deadline: float) -> tuple[int, bool, list[Size]]:
    count = 0
    sizes: list[Size] = []
    for found in classes:
        late = time.monotonic() > deadline
        others = set() if late else {file for file in found.unclear if not is_image(survey, file)}
        images = [file for file in found.files if file not in others] if others else found.files
        if not images:
            raise no_images(survey, found)
        count += len(images)
        if late:
            return count, found.name == survey.classes[-1], sizes
        if (size := _size_of(survey, images[0])) is not None:
            sizes.append(size)
    return count, True, sizes


def _size_of(survey: Survey, file: str) -> Size | None:
    """Return a picture's size by its header; None where it is further behind than is looked."""
    from PIL import Image  # noqa: PLC0415 - not where there are no images, and not on the way to a frame

    head = survey.tree.head(file)
    if head is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(head), formats=IMAGE_FORMATS) as image:
                return Size(*image.size)
    except Image.DecompressionBombError as error:
        raise InputError(f"--data {survey.tree.path}: {file} has too many pixels; scale it down") from error
    except Exception as error:  # Pillow's readers raise whatever their parts do
        if len(head) >= HEAD_BYTES or survey.tree.is_packed:
            return None
        raise InputError(
            f"--data {survey.tree.path}: {file} can't be read ({why_none(head)}); replace or remove it"
        ) from error
