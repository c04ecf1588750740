"""Test images that no network gets right."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.results.contestants import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedImages:
    """Of `images` test images `runs` runs all miss `missed` and all have right `right`.

    `indices` are the missed ones' places in the test set, from 0.
    """

    runs: int
    images: int
    missed: int
    right: int
    indices: tuple[int, ...]


def missed_images(results: Sequence[Result]) -> MissedImages | None:
    """Count what all of `results` miss; None where their answers are not all recorded, or of other images."""
    answers = [marked.answers for result in results if (marked := result.answers) is not None]
    if len(answers) != len(results) or len({len(right) for right in answers}) != 1:
        return None
    by_image = list(zip(*answers, strict=True))
    missed = tuple(index for index, rights in enumerate(by_image) if not any(rights))
    return MissedImages(
        runs=len(answers),
        images=len(by_image),
        missed=len(missed),
        right=sum(map(all, by_image)),
        indices=missed,
    )
