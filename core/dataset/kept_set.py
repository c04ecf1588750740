"""A set of images as it is kept in the cache, whole or limited, and what it is found to be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from core.config.image_options import SIDE_STEP, ImageOptions
from core.dataset.adjustments import Adjustments
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import limited_key
from core.dataset.images import ImageSet, Limits, limited
from core.dataset.recognition import KnownSet, looks_like, recognised, unverified

_NOT_VERIFIED: Final = "whether it is CIFAR-10 is not verified: that takes all of its images"


def kept(
    key: str,
    build: Callable[[], ImageSet],
    cache: ImageCache,
    limits: Limits,
    *,
    name: str,
    identify: Callable[[ImageSet], ImageSet] = lambda whole: whole,
) -> ImageSet:
    """Return what is in the cache, whole or limited, or what `build` makes; its remarks are noticed.

    A whole set is returned as `identify` finds it to be, and so is a part of one.
    """
    if not limits.any:
        found = identify(cache.get_or_build(key, build))
    elif (whole := cache.find(key)) is not None:
        found = _part(identify(whole), limits)
    else:
        found = cache.get_or_build(limited_key(key, limits.train, limits.test), build)
    for remark in found.remarks:
        cache.notice(f"--data {name}: {remark}")
    return found


def _part(whole: ImageSet, limits: Limits) -> ImageSet:
    """Return some images of a whole set, of which it is not known to which what was adjusted."""
    part = limited(whole, limits.train, limits.test)
    if not whole.adjustments:
        return part
    count = len(whole.train) + len(whole.test)
    told = f"of all {count:,} images of this set: {whole.adjustments}"
    return replace(part, adjustments=Adjustments(), remarks=(*part.remarks, told))


def identified(
    whole: ImageSet,
    cache: ImageCache,
    options: ImageOptions,
    known: KnownSet,
    read: Callable[[ImageOptions, ImageCache], ImageSet],
) -> ImageSet:
    """Return a whole set, read by `options`, as what it is found to be.

    At another size than the known set's, that is what the same images are at that size, as `read` gives them,
    which is asked only where names and numbers are right.
    """
    if options.size == SIDE_STEP:
        return recognised(whole, cache, known)
    if not looks_like(whole.classes, whole.train.labels, whole.test.labels, known):
        return whole
    found = read(replace(options, size=SIDE_STEP), ImageCache(cache.base))
    return replace(whole, identity=found.identity, label=found.label)


def some_unverified(image_set: ImageSet) -> ImageSet:
    """Return some images of what has the known set's names and numbers, with a remark that says so."""
    return replace(unverified(image_set), remarks=(*image_set.remarks, _NOT_VERIFIED))
