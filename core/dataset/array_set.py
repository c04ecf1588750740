"""Make of a set in arrays what a run trains and tests on: held out, limited, fitted, kept in the cache."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from core.config.image_options import ImageOptions
from core.config.network_shape import CHANNELS
from core.dataset.adjustments import Adjustments
from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.parts import ChosenParts
from core.dataset.arrays.raw_splits import EncodedPictures, RawSplit, RawSplits
from core.dataset.arrays.read import parts_of, read_splits
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import USUAL_OPTIONS, entry_key
from core.dataset.changed import changed_meanwhile
from core.dataset.holding_out import parted
from core.dataset.image_tree.splits import DEFAULT_HOLDOUT, percent
from core.dataset.images import (
    ALL_IMAGES,
    ImageSet,
    ImageSplit,
    Limits,
    Pixels,
    limited_splits,
    make_image_set,
)
from core.dataset.kept_set import identified, kept, some_unverified
from core.dataset.memory import check_memory
from core.dataset.pictures.decoding import Encoded, decode_pictures
from core.dataset.pictures.fitting import fit_array
from core.dataset.progress import Progress, Stage
from core.dataset.recognition import CIFAR10, KnownSet, looks_like
from core.dataset.tree.folder import stamp_of
from core.runs.events import Unit

SOURCE: Final = "arrays"
_USUAL_TEST: Final = "test"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of what was read: from where, by which options, how many, a copy of what maybe."""

    path: Path
    options: ImageOptions
    limits: Limits
    progress: Progress
    known: KnownSet = CIFAR10


def load_array_set(
    source: ArraySource,
    cache: ImageCache,
    progress: Progress,
    options: ImageOptions = USUAL_OPTIONS,
    limits: Limits = ALL_IMAGES,
    *,
    known: KnownSet = CIFAR10,
) -> ImageSet:
    """Return the images of a set, from the cache where none of its files changed.

    Of a limited number no more are decoded, unless the whole set is in the cache. A whole set is looked at
    anew each time for being a copy of `known`.

    Raises:
        InputError: the images cannot be used; the message says what would be right.
        OSError: a file cannot be read.
    """
    key = array_key(source, options)
    chosen = parts_of(source, options)

    def build() -> ImageSet:
        raw = read_splits(source, options, cache, key, progress)
        found = image_set_of(raw, chosen, Wanted(source.path, options, limits, progress, known))
        if array_key(source, options) != key:
            raise changed_meanwhile(source.path)
        return found

    def read(other: ImageOptions, silent: ImageCache) -> ImageSet:
        return load_array_set(source, silent, progress, other, known=known)

    def known_as(whole: ImageSet) -> ImageSet:
        return identified(whole, cache, options, known, read)

    return kept(key, build, cache, limits, name=source.path.name, identify=known_as)


def array_key(source: ArraySource, options: ImageOptions) -> str:
    """Return the key of what is made of a set; raises OSError."""
    return entry_key(source.path, ((str(file), *stamp_of(file.stat())) for file in source.files), options)


def image_set_of(raw: RawSplits, chosen: ChosenParts, wanted: Wanted) -> ImageSet:
    """Hold out test images where there are none, take as many as are wanted, and fit them.

    Raises:
        InputError: there are fewer than wanted, or a picture is damaged.
    """
    train, test, label, remarks = raw.train, raw.test, raw.label, raw.notes
    if test is None:
        share = DEFAULT_HOLDOUT if wanted.options.holdout is None else wanted.options.holdout
        train, test = _parted(raw, share, wanted.progress)
        label += f", {percent(share)} held out"
        remarks += (f"{percent(share)} of each class is held out to test on",)
    elif chosen.test != _USUAL_TEST:
        label += f", tested on {chosen.test}"
    looks_known = looks_like(raw.classes, train.labels, test.labels, wanted.known)
    train, test = limited_splits(train, test, len(raw.classes), wanted.limits)
    taken = (len(train) + len(test)) * wanted.options.size**2 * CHANNELS
    check_memory(taken, wanted.path, "what it holds takes")
    (trained, of_train), (tested, of_test) = (fitted(split, wanted) for split in (train, test))
    found = make_image_set(
        ImageSplit(trained, train.labels),
        ImageSplit(tested, test.labels),
        raw.classes,
        label,
        SOURCE,
        form=raw.form,
        adjustments=of_train + of_test,
    )
    found = replace(found, remarks=remarks)
    return some_unverified(found) if wanted.limits.any and looks_known else found


def _parted(raw: RawSplits, share: float, progress: Progress) -> tuple[RawSplit, RawSplit]:
    """Return what is trained on and what is held out, by the images' content."""
    whole = raw.train
    stage = Stage(progress, "holding out test images", len(whole), Unit.IMAGES)
    digests = []
    for content in _contents(whole):
        digests.append(hashlib.sha256(content).digest())
        stage.reach(len(digests))
    stage.finish()
    return parted(whole, digests, raw.classes, share)


def _contents(split: RawSplit) -> Iterator[bytes]:
    if isinstance(split.images, EncodedPictures):
        return split.images.all()
    return (np.ascontiguousarray(image).tobytes() for image in split.images)


def fitted(split: RawSplit, wanted: Wanted) -> tuple[Pixels, Adjustments]:
    """Return the images of a split as the networks take them, and what was done to them.

    Raises:
        InputError: pictures are damaged; the message names them.
    """
    images = split.images
    if not isinstance(images, EncodedPictures):
        return fit_array(images, wanted.options)
    stage = Stage(wanted.progress, "decoding images", len(images), Unit.IMAGES)
    pictures = (
        Encoded(place, images.name(place), partial(bytes, content), len(content))
        for place, content in enumerate(images.all())
    )
    decoded = decode_pictures(pictures, len(images), wanted.options, stage, wanted.path)
    return decoded.pixels, decoded.adjustments
