"""Make of a set in arrays what a run trains and tests on: held out, limited, fitted, kept in the cache."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from core.config.image_options import SIDE_STEP, ImageOptions
from core.dataset.adjustments import Adjustments
from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.memory import check_memory
from core.dataset.arrays.parts import ChosenParts
from core.dataset.arrays.raw_splits import EncodedPictures, RawSplit, RawSplits
from core.dataset.arrays.read import parts_of, read_splits
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import USUAL_OPTIONS, entry_key, limited_key
from core.dataset.holding_out import held_out
from core.dataset.image_tree.splits import DEFAULT_HOLDOUT, percent
from core.dataset.images import (
    ALL_IMAGES,
    ImageSet,
    ImageSplit,
    Limits,
    Pixels,
    limited,
    limited_rows,
    make_image_set,
)
from core.dataset.pictures.decoding import Encoded, decode_pictures
from core.dataset.pictures.fitting import fit_array
from core.dataset.progress import Progress, Stage
from core.dataset.recognition import (
    CIFAR10,
    KnownSet,
    looks_like,
    recognised,
    recognised_at,
    unverified_label,
)
from core.dataset.tree.folder import stamp_of
from core.errors import InputError
from core.runs.events import Unit
from core.runs.image_identity import ImageIdentity

SOURCE: Final = "arrays"
_USUAL_TEST: Final = "test"
_CHANNELS: Final = 3


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
            raise InputError(
                f"--data {source.path}: it changed while it was read; start again once it is complete"
            )
        return found

    def identified(whole: ImageSet) -> ImageSet:
        if options.size == SIDE_STEP:
            return recognised(whole, cache, known)
        usual, silent = replace(options, size=SIDE_STEP), ImageCache(cache.base)
        return recognised_at(
            whole, lambda: load_array_set(source, silent, progress, usual, known=known), known
        )

    return kept(key, build, cache, limits, name=source.path.name, identified=identified)


def array_key(source: ArraySource, options: ImageOptions) -> str:
    """Return the key of what is made of a set; raises OSError."""
    return entry_key(source.path, ((str(file), *stamp_of(file.stat())) for file in source.files), options)


def kept(
    key: str,
    build: Callable[[], ImageSet],
    cache: ImageCache,
    limits: Limits,
    *,
    name: str,
    identified: Callable[[ImageSet], ImageSet] = lambda whole: whole,
) -> ImageSet:
    """Return what is in the cache, whole or limited, or what `build` makes; its remarks are noticed.

    A whole set is returned as it is `identified`.
    """
    if not limits.any:
        found = identified(cache.get_or_build(key, build))
    elif (whole := cache.find(key)) is not None:
        found = limited(identified(whole), limits.train, limits.test)
    else:
        found = cache.get_or_build(limited_key(key, limits.train, limits.test), build)
    for remark in found.remarks:
        cache.notice(f"--data {name}: {remark}")
    return found


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
    rows = limited_rows(train.labels, test.labels, len(raw.classes), wanted.limits)
    train, test = (
        split if some is None else split.taken(some) for split, some in zip((train, test), rows, strict=True)
    )
    check_memory((len(train) + len(test)) * wanted.options.size**2 * _CHANNELS, wanted.path, "what it holds")
    (trained, of_train), (tested, of_test) = (fitted(split, wanted) for split in (train, test))
    identity = ImageIdentity.OTHER
    if wanted.limits.any and looks_known:
        identity, label = ImageIdentity.UNVERIFIED_COPY, unverified_label(raw.form)
        remarks += ("whether it is CIFAR-10 is not verified: that takes all of its images",)
    found = make_image_set(
        ImageSplit(trained, train.labels),
        ImageSplit(tested, test.labels),
        raw.classes,
        label,
        SOURCE,
        form=raw.form,
        adjustments=of_train + of_test,
    )
    return replace(found, identity=identity, remarks=remarks)


def _parted(raw: RawSplits, share: float, progress: Progress) -> tuple[RawSplit, RawSplit]:
    """Return what is trained on and what is held out, by the images' content."""
    whole = raw.train
    stage = Stage(progress, "holding out test images", len(whole), Unit.IMAGES)
    digests = []
    for content in _contents(whole):
        digests.append(hashlib.sha256(content).digest())
        stage.reach(len(digests))
    stage.finish()
    tested = held_out(digests, whole.labels, raw.classes, share)
    return whole.taken(np.setdiff1d(np.arange(len(whole)), tested)), whole.taken(tested)


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
