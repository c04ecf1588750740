"""What `--data` can name: "auto" (the original CIFAR-10), "demo" (drawn shapes), or a folder."""

from dataclasses import replace
from pathlib import Path

from core.config.data_source import folder_of
from core.config.image_options import SIDE_STEP, ImageOptions
from core.dataset.cache import ImageCache
from core.dataset.cifar10 import load_archive, load_batches, load_downloaded
from core.dataset.demo import demo_images
from core.dataset.fitting import fit_array
from core.dataset.image_folder import load_image_folder
from core.dataset.images import ImageSet, ImageSplit, fingerprint_of
from core.dataset.layout import Layout, locate, reading
from core.dataset.progress import Notice, Progress, ignore_notice
from core.environment import default_cache_folder

_AS_THEY_ARE = ImageOptions()


def load_images(
    spec: str,
    progress: Progress,
    cache_dir: Path | None = None,
    notice: Notice = ignore_notice,
    *,
    options: ImageOptions = _AS_THEY_ARE,
) -> ImageSet:
    """Return the images that `spec` names, brought to what `options` say.

    `progress(what, done, total)` is called for every stage that takes time, in images or bytes, at most ten
    times a second and at last with done == total, in the caller's thread. `notice` is called with one line
    where the cache is damaged or can't be written. Decoded images are kept in `cache_dir`, by default the
    folder that `CIFAR_TUI_CACHE` names, else the user's cache folder.
    Raises InputError where the images aren't available or can't be used; there is no fallback.
    """
    if spec == "demo":
        return _fitted(demo_images(), options)
    cache = ImageCache(cache_dir or default_cache_folder(), notice)
    if spec == "auto":
        return _fitted(load_downloaded(cache, progress), options)
    folder = folder_of(spec)
    found = locate(folder)
    with reading(folder):
        if found.layout is Layout.BATCHES:
            return _fitted(load_batches(found.path, cache), options)
        if found.layout is Layout.ARCHIVE:
            return _fitted(load_archive(found.path, cache, progress), options)
        return load_image_folder(found.path, cache, progress, options=options)


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
