"""What `--data` can name: "auto" (the original CIFAR-10), "demo" (drawn shapes), or a folder."""

from pathlib import Path

from core.config.data_source import folder_of
from core.config.image_options import SIDE_STEP, ImageOptions
from core.dataset.cache import ImageCache
from core.dataset.cifar10 import load_archive, load_batches, load_downloaded
from core.dataset.demo import demo_images
from core.dataset.image_folder import load_image_folder
from core.dataset.images import ImageSet
from core.dataset.layout import Layout, locate, reading
from core.dataset.progress import Notice, Progress, ignore_notice
from core.environment import default_cache_folder
from core.errors import InputError

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
    if options.size != SIDE_STEP:
        raise InputError(f"--image-size {options.size}: images of {SIDE_STEP} by {SIDE_STEP} alone are read")
    if spec == "demo":
        return demo_images()
    cache = ImageCache(cache_dir or default_cache_folder(), notice)
    if spec == "auto":
        return load_downloaded(cache, progress)
    folder = folder_of(spec)
    found = locate(folder)
    with reading(folder):
        if found.layout is Layout.BATCHES:
            return load_batches(found.path, cache)
        if found.layout is Layout.ARCHIVE:
            return load_archive(found.path, cache, progress)
        return load_image_folder(found.path, cache, progress)
