"""What `--data` can name: "auto" (the original CIFAR-10), "demo" (drawn shapes), a folder, or an archive."""

from dataclasses import replace
from pathlib import Path

from core.config.data_source import folder_of
from core.config.image_options import SIDE_STEP, ImageOptions
from core.config.torchvision_sets import torchvision_choice
from core.dataset.array_set import load_array_set
from core.dataset.arrays.recognise import found_arrays
from core.dataset.cache import ImageCache
from core.dataset.cache_keys import USUAL_OPTIONS
from core.dataset.cifar10 import load_archive, load_batches, load_downloaded
from core.dataset.demo import demo_images
from core.dataset.holding_out import parted
from core.dataset.image_folder import load_image_folder
from core.dataset.image_tree.splits import percent
from core.dataset.images import ALL_IMAGES, ImageSet, ImageSplit, Limits, fingerprint_of, limited
from core.dataset.layout import Layout, Located, locate, reading, unknown_split
from core.dataset.pictures.fitting import fit_array
from core.dataset.progress import Notice, Progress, ignore_notice
from core.dataset.torchvision_set import load_torchvision
from core.environment import default_cache_folder
from core.runs.image_identity import ImageIdentity


def load_images(
    spec: str,
    progress: Progress,
    cache_dir: Path | None = None,
    notice: Notice = ignore_notice,
    *,
    options: ImageOptions = USUAL_OPTIONS,
    limits: Limits = ALL_IMAGES,
) -> ImageSet:
    """Return the images that `spec` names, as many as `limits` has, read as `options` say.

    `progress(what, done, total)` is called for every stage that takes time, in images or bytes, at most ten
    times a second and at last with done == total, in the caller's thread. `notice` is called with one line
    for what the user should see: what was passed over or taken for what, and where the cache is damaged or
    can't be written. Decoded images are kept in `cache_dir`, by default the folder that `CIFAR_TUI_CACHE`
    names, else the user's cache folder.
    Raises InputError where the images aren't available or can't be used; there is no fallback.
    """
    if spec == "demo":
        return _some(demo_images(), spec, options, limits)
    cache = ImageCache(cache_dir or default_cache_folder(), notice)
    choice = torchvision_choice(spec)
    if choice is not None and not choice.is_original:
        return load_torchvision(choice, cache, progress, options, limits)
    if spec == "auto" or choice is not None:
        return _some(load_downloaded(cache, progress), spec, options, limits)
    path = folder_of(spec)
    found = locate(path, options)
    with reading(path):
        return _located(found, cache, progress, options, limits)


def _located(
    found: Located, cache: ImageCache, progress: Progress, options: ImageOptions, limits: Limits
) -> ImageSet:
    match found.layout:
        case Layout.BATCHES:
            return _some(load_batches(found.path, cache), str(found.path), options, limits)
        case Layout.ARCHIVE:
            return _some(load_archive(found.path, cache, progress), str(found.path), options, limits)
        case Layout.ARRAYS:
            return load_array_set(found_arrays(found.path), cache, progress, options, limits)
        case Layout.IMAGES:
            return load_image_folder(found.path, cache, progress, options=options, limits=limits)


def _some(image_set: ImageSet, spec: str, options: ImageOptions, limits: Limits) -> ImageSet:
    """Return what is wanted of a set that is always read whole."""
    if options.test_split is not None:
        raise unknown_split(f"--data {spec}", options.test_split)
    if options.holdout is not None:
        image_set = with_held_out(image_set, options.holdout)
    return _fitted(limited(image_set, limits.train, limits.test), options)


def _fitted(image_set: ImageSet, options: ImageOptions) -> ImageSet:
    """Return images of CIFAR-10's size at the one that is asked for."""
    if options.size == SIDE_STEP:
        return image_set
    train, of_train = fit_array(image_set.train.images, options)
    test, of_test = fit_array(image_set.test.images, options)
    splits = ImageSplit(train, image_set.train.labels), ImageSplit(test, image_set.test.labels)
    return replace(
        image_set,
        train=splits[0],
        test=splits[1],
        fingerprint=fingerprint_of(*splits, image_set.classes),
        adjustments=of_train + of_test,
    )


def with_held_out(image_set: ImageSet, share: float) -> ImageSet:
    """Return the set with a share of its training images in the place of its test images."""
    whole = image_set.train
    train, test = parted(whole, whole.digests, image_set.classes, share)
    return replace(
        image_set,
        train=train,
        test=test,
        label=f"{image_set.label}, {percent(share)} held out",
        fingerprint=fingerprint_of(train, test, image_set.classes),
        identity=ImageIdentity.OTHER,
    )
