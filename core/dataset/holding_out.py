"""Hold test images out of training images, by what is in them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np

from core.dataset.images import Labels, SplitT
from core.errors import InputError

_FEWEST: Final = 2  # different images of a class


def parted(
    split: SplitT, digests: Sequence[bytes], classes: Sequence[str], share: float
) -> tuple[SplitT, SplitT]:
    """Return the images to train on and those that `held_out` picks to test on.

    Raises InputError where it does.
    """
    tested = held_out(digests, split.labels, classes, share)
    return split.taken(np.setdiff1d(np.arange(len(split.labels)), tested)), split.taken(tested)


def held_out(digests: Sequence[bytes], labels: Labels, classes: Sequence[str], share: float) -> Labels:
    """Return the rows to test on, in their order: `share` of each class, at least one image and never all.

    It depends on what the images are and on nothing else, for `digests` are taken over their content: not on
    their names, their order, a seed or a machine. Equal images are on the same side, also those of two
    classes.
    Raises InputError where all images of a class are equal, or are in other classes, too.
    """
    shared = _in_several_classes(digests, labels)
    digest_of = digests.__getitem__
    chosen: list[int] = []
    for label, name in enumerate(classes):
        rows = np.flatnonzero(labels == label).tolist()
        # what is in other classes as well is trained on, so that it is on one side alone
        alike = groupby(sorted(rows, key=digest_of), key=digest_of)
        groups = [(digest in shared, list(equal)) for digest, equal in alike]
        own = [equal for is_shared, equal in groups if not is_shared]
        if groups and not own:
            raise InputError(
                f"--holdout {share:.3g}: every image of class {name!r} is in another class, too; give it "
                "images of its own to hold out"
            )
        if len(groups) < _FEWEST:
            raise InputError(
                f"--holdout {share:.3g}: class {name!r} has {_number(len(groups))}, of which none can be "
                f"held out; give it at least {_FEWEST} that differ"
            )
        chosen += _taken(own, wanted=max(round(share * len(rows)), 1))
    return np.sort(np.array(chosen, np.int64))


def _taken(groups: list[list[int]], *, wanted: int) -> list[int]:
    """Take whole groups, of which each still fits in what is wanted; the smallest where none does."""
    taken: list[int] = []
    for group in groups:
        if len(taken) + len(group) <= wanted:
            taken += group
    return taken or min(groups, key=len)


def _in_several_classes(digests: Sequence[bytes], labels: Labels) -> set[bytes]:
    first: dict[bytes, int] = {}
    return {
        digest
        for digest, label in zip(digests, labels.tolist(), strict=True)
        if first.setdefault(digest, label) != label
    }


def _number(count: int) -> str:
    return "1 different image" if count == 1 else f"{count:,} different images"
