"""A set that torchvision downloads, as a run trains and tests on it."""

from pathlib import Path

from core.config.image_options import ImageOptions
from core.config.torchvision_sets import TorchvisionChoice
from core.dataset.array_set import Wanted, image_set_of
from core.dataset.arrays.read import splits
from core.dataset.arrays.read_torchvision import Make, read_torchvision
from core.dataset.arrays.torchvision_place import chosen_parts, place_of, torchvision_key
from core.dataset.cache import ImageCache
from core.dataset.images import ImageSet, Limits
from core.dataset.kept_set import kept
from core.dataset.progress import Progress


def load_torchvision(
    choice: TorchvisionChoice,
    cache: ImageCache,
    progress: Progress,
    options: ImageOptions,
    limits: Limits,
    *,
    make: Make | None = None,
) -> ImageSet:
    """Return the images of a set, from the cache where it was read before; else torchvision has to be asked.

    `make` is torchvision's class where it is None.

    Raises:
        InputError: the set cannot be had, or its images cannot be used.
    """
    chosen = chosen_parts(choice, options)

    def build() -> ImageSet:
        names = [name for name in (chosen.train, chosen.test) if name is not None]
        parts = read_torchvision(choice, names, place_of(choice, cache.base), progress, make)
        raw = splits(parts, chosen, str(choice), f"{choice.title} (torchvision)")
        return image_set_of(raw, chosen, Wanted(Path(str(choice)), options, limits, progress))

    return kept(torchvision_key(choice, cache.base, options), build, cache, limits, name=str(choice))
