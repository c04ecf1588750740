"""Read the images of a folder or an archive, each class in a folder of its own."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.config.image_options import ImageOptions
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import USUAL_OPTIONS
from core.dataset.changed import changed_meanwhile
from core.dataset.found_tree import opened_survey, tree_key
from core.dataset.holding_out import parted
from core.dataset.image_tree.listing import ListedSplit, Listing, list_images
from core.dataset.image_tree.splits import percent
from core.dataset.image_tree.survey import Survey
from core.dataset.images import (
    ALL_IMAGES,
    ImageSet,
    ImageSplit,
    Limits,
    limited_splits,
    make_image_set,
)
from core.dataset.kept_set import identified, kept, some_unverified
from core.dataset.pictures.decoding import Encoded, decode_pictures
from core.dataset.progress import Progress, Stage
from core.dataset.recognition import CIFAR10, KnownSet, looks_like
from core.dataset.tree.tree import Tree
from core.runs.events import Unit


def load_image_folder(
    path: Path,
    cache: ImageCache,
    progress: Progress,
    *,
    options: ImageOptions = USUAL_OPTIONS,
    limits: Limits = ALL_IMAGES,
    known: KnownSet = CIFAR10,
) -> ImageSet:
    """Return the images of the folder or archive `path`, from the cache where nothing changed since.

    Of a limited number no more are decoded, unless the whole set is in the cache. A whole set is looked at
    anew each time for being a copy of `known`; some of its images are not told from others'.
    Raises InputError where the images cannot be used; the message says what would be right.
    """
    key, survey = tree_key(path, options)

    def build() -> ImageSet:
        surveyed = survey or _gone_through(path, options, progress)
        found = _built(surveyed, options, limits, known, progress)
        if tree_key(path, options)[0] != key:
            raise changed_meanwhile(path)
        return found

    def read(other: ImageOptions, silent: ImageCache) -> ImageSet:
        return load_image_folder(path, silent, progress, options=other, known=known)

    def known_as(whole: ImageSet) -> ImageSet:
        return identified(whole, cache, options, known, read)

    return kept(key, build, cache, limits, name=path.name, identify=known_as)


def _gone_through(path: Path, options: ImageOptions, progress: Progress) -> Survey:
    """Look through an archive, of which nothing is known before."""
    stage = Stage(progress, f"looking through {path.name}", path.stat().st_size, Unit.BYTES)
    survey = opened_survey(path, options)
    stage.finish()
    return survey


def _built(
    survey: Survey, options: ImageOptions, limits: Limits, known: KnownSet, progress: Progress
) -> ImageSet:
    listing = list_images(survey)
    train, test = _both(survey.tree, listing, survey.splits.holdout, progress)
    looks_known = looks_like(listing.classes, train.labels, test.labels, known)
    train, test = limited_splits(train, test, len(listing.classes), limits)
    files = (*train.files, *test.files)
    stage = Stage(progress, "decoding images", len(files), Unit.IMAGES)
    pictures = (Encoded(row, files[row], read, held) for row, read, held in survey.tree.contents(files))
    decoded = decode_pictures(pictures, len(files), options, stage, survey.tree.path)
    form = next(iter(decoded.formats)) if len(decoded.formats) == 1 else "mixed"
    first_test = len(train.files)
    found = make_image_set(
        ImageSplit(decoded.pixels[:first_test], train.labels),
        ImageSplit(decoded.pixels[first_test:], test.labels),
        listing.classes,
        f"{_called(survey)} ({form}){_tested_on(survey)}",
        "folder",
        form=form,
        adjustments=decoded.adjustments,
    )
    found = replace(found, remarks=listing.remarks)
    return some_unverified(found) if limits.any and looks_known else found


def _both(
    tree: Tree, listing: Listing, share: float | None, progress: Progress
) -> tuple[ListedSplit, ListedSplit]:
    """Return what to train and what to test on; it is held out where there is no test split."""
    if listing.test is not None or share is None:
        return listing.train, listing.test or listing.train.taken(np.empty(0, np.int64))
    whole = listing.train
    stage = Stage(progress, "holding out test images", len(whole.files), Unit.IMAGES)
    digests = [b""] * len(whole.files)
    for done, (row, read, _) in enumerate(tree.contents(whole.files)):
        digests[row] = hashlib.sha256(read()).digest()
        stage.reach(done)
    stage.finish()
    return parted(whole, digests, listing.classes, share)


def _called(survey: Survey) -> str:
    name = survey.tree.path.resolve().name
    return f"images of {name}" if survey.tree.is_archive else f"image folder {name}"


def _tested_on(survey: Survey) -> str:
    """Tell what the test images are, where that is not as usual."""
    if survey.splits.holdout is not None:
        return f", {percent(survey.splits.holdout)} held out"
    name = survey.splits.other_test
    return "" if name is None else f", tested on {name}"
