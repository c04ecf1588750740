"""The images a run trains and tests on, and their identity."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.config.image_options import SIDE_STEP
from core.config.network_shape import CHANNELS, NetworkShape
from core.dataset.adjustments import Adjustments
from core.errors import InputError
from core.runs.image_identity import ImageIdentity

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]

IMAGE_SHAPE = (SIDE_STEP, SIDE_STEP, CHANNELS)
"""Height and width in pixels, then red, green and blue: CIFAR-10's and the drawn images' own."""

# Not the run's seed, so that runs of several seeds are tested on the same images. 0 picks those that runs of
# seed 0, the default, had from versions in which the seed did pick them.
_SUBSET_SEED: Final = 0


def is_image_shape(shape: tuple[int, ...]) -> bool:
    """Tell whether an image of such a shape, (side, side, 3), is one that a network here takes."""
    match shape:
        case (height, width, channels):
            return height == width > 0 == height % SIDE_STEP and channels == CHANNELS
    return False


class Split(Protocol):
    """Images with their labels, decoded already or not."""

    @property
    def labels(self) -> Labels:
        """Indices of class names, int64 (N,)."""

    def taken(self, rows: Labels) -> Self:
        """Return the images at ascending rows."""


SplitT = TypeVar("SplitT", bound=Split)


@dataclass(frozen=True, eq=False)
class ImageSplit:
    """`images` are uint8 (N, side, side, 3), red first; `labels` are int64 (N,), indices of class names.

    The side is a multiple of 32 pixels. Raises ValueError where the arrays are anything else.
    """

    images: Pixels
    labels: Labels

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or not is_image_shape(self.images.shape[1:]):
            raise ValueError(
                f"images must be uint8 (N, side, side, 3), the side a multiple of {SIDE_STEP}, "
                f"not {self.images.dtype} {self.images.shape}"
            )
        if self.labels.dtype != np.int64 or self.labels.shape != self.images.shape[:1]:
            raise ValueError(
                f"labels must be int64 ({len(self.images)},), not {self.labels.dtype} {self.labels.shape}"
            )

    def __len__(self) -> int:
        """Count the images."""
        return len(self.labels)

    def taken(self, rows: Labels) -> "ImageSplit":
        """Return the images at `rows`, in their order."""
        return ImageSplit(self.images[rows], self.labels[rows])

    @property
    def side(self) -> int:
        """Height and width of each image, in pixels."""
        return int(self.images.shape[1])

    @cached_property
    def digests(self) -> tuple[bytes, ...]:
        """A sha256 of each image's pixels, taken when first asked for (about 0.2 s for 60,000 images)."""
        rows = np.ascontiguousarray(self.images).reshape(len(self), -1)
        return tuple(hashlib.sha256(row.data).digest() for row in rows)


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Training and test images of one origin; made by `make_image_set`.

    `label` is what people see, such as "CIFAR-10 (JPEG)". `source` is the kind of origin: "cifar10" for
    the original's files, "folder" for an image folder, "demo" for the procedural shapes. `form` is the format
    of an image folder's files, "JPEG", "PNG" or "mixed". `identity` is what the whole set was found to be.
    `remarks` are lines on how it was read that whoever trains on it should see.
    `fingerprint` is "sha256:" and 16 hexadecimal digits over class names, pixels and labels, so two
    sets with the same fingerprint train alike, whatever machine they were read on. `adjustments` are what was
    done to images as they were read.
    """

    train: ImageSplit
    test: ImageSplit
    classes: tuple[str, ...]
    label: str
    source: str
    fingerprint: str
    form: str = ""
    identity: ImageIdentity = ImageIdentity.OTHER
    adjustments: Adjustments = field(default_factory=Adjustments)
    remarks: tuple[str, ...] = ()

    @property
    def test_fingerprint(self) -> str:
        """The same of the test images alone."""
        return _fingerprint(self.classes, (self.test,))

    @property
    def shape(self) -> NetworkShape:
        """What they ask of a network."""
        return NetworkShape(len(self.classes), self.train.side)


def make_image_set(
    train: ImageSplit,
    test: ImageSplit,
    classes: tuple[str, ...],
    label: str,
    source: str,
    *,
    form: str = "",
    adjustments: Adjustments | None = None,
) -> ImageSet:
    """Build an image set and take its fingerprint (about 0.2 s for 60,000 images)."""
    made = ImageSet(train, test, classes, label, source, fingerprint_of(train, test, classes), form)
    return made if adjustments is None else replace(made, adjustments=adjustments)


def fingerprint_of(train: ImageSplit, test: ImageSplit, classes: tuple[str, ...]) -> str:
    """Return "sha256:" and the first 16 hexadecimal digits over class names, pixels and labels."""
    return _fingerprint(classes, (train, test))


def _fingerprint(classes: tuple[str, ...], splits: Iterable[ImageSplit]) -> str:
    digest = hashlib.sha256()
    # Every part is preceded by its length, so that no two different sets feed the same bytes.
    for name in (str(len(classes)), *classes):
        encoded = name.encode("utf-8", "surrogateescape")
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    for split in splits:
        digest.update(len(split).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(np.ascontiguousarray(split.labels, dtype="<i8").data)
    return f"sha256:{digest.hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many images to train and to test on; None for all there are."""

    train: int | None = None
    test: int | None = None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self.train is not None or self.test is not None


ALL_IMAGES: Final = Limits()


def limited(image_set: ImageSet, train: int | None, test: int | None) -> ImageSet:
    """Return a class-balanced subset with `train` and `test` images (None keeps a split whole).

    Every class gets as near to an equal share as it has images for. The same numbers always pick the same
    images, which keep their order. The label stays, the fingerprint is the subset's own.
    Raises InputError where a number is below 1 or above what there is.
    """
    limits = Limits(train, test)
    if not limits.any:
        return image_set
    smaller_train, smaller_test = limited_splits(
        image_set.train, image_set.test, len(image_set.classes), limits
    )
    return replace(
        image_set,
        train=smaller_train,
        test=smaller_test,
        fingerprint=fingerprint_of(smaller_train, smaller_test, image_set.classes),
    )


def limited_splits(train: SplitT, test: SplitT, class_count: int, limits: Limits) -> tuple[SplitT, SplitT]:
    """Return the training and the test images that `limited` picks, in their order.

    Their labels are enough: what is not picked need not be decoded.
    Raises InputError where a number is below 1 or above what there is.
    """
    return (
        _subset(train, limits.train, ("--limit-train", "training"), class_count, (_SUBSET_SEED, 0)),
        _subset(test, limits.test, ("--limit-test", "test"), class_count, (_SUBSET_SEED, 1)),
    )


def _subset(
    split: SplitT, size: int | None, names: tuple[str, str], class_count: int, seed: tuple[int, int]
) -> SplitT:
    if size is None:
        return split
    option, kind = names
    labels = split.labels
    if size < 1:
        raise InputError(f"{option} {size}: give 1 or more {kind} images")
    if size > len(labels):
        raise InputError(f"{option} {size}: this set has {len(labels):,} {kind} images")
    rng = np.random.default_rng(seed)
    shares = _equal_shares(np.bincount(labels, minlength=class_count), size, rng)
    chosen = [rng.permutation(np.flatnonzero(labels == index))[:share] for index, share in enumerate(shares)]
    return split.taken(np.sort(np.concatenate(chosen)))


def _equal_shares(available: NDArray[np.intp], size: int, rng: np.random.Generator) -> list[int]:
    """Split `size` over the classes evenly; what a scarce class can't give, the richer ones do."""
    shares = [0] * len(available)
    scarcest_first = sorted(rng.permutation(len(available)).tolist(), key=lambda index: int(available[index]))
    left = size
    for place, index in enumerate(scarcest_first):
        shares[index] = min(int(available[index]), left // (len(available) - place))
        left -= shares[index]
    return shares
