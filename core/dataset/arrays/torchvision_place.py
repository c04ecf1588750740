"""Where a set of torchvision's is kept, and what is known of it without torchvision."""

from pathlib import Path
from typing import Final

from core.config.image_options import ImageOptions
from core.config.torchvision_sets import TorchvisionChoice
from core.dataset.arrays.parts import ChosenParts, choose_parts
from core.dataset.cache_keys import downloads_folder, entry_key

UNFINISHED: Final = ".unfinished"
"""Lies beside what is being downloaded and unpacked."""


def place_of(choice: TorchvisionChoice, base: Path) -> Path:
    """Return the folder in the cache `base` that torchvision is given for a set."""
    return downloads_folder(base) / "torchvision" / choice.of.name


def torchvision_key(choice: TorchvisionChoice, base: Path, options: ImageOptions) -> str:
    """Return the key of what is made of a set, which is taken never to change."""
    return entry_key(place_of(choice, base) / (choice.variant or "-"), [], options)


def chosen_parts(choice: TorchvisionChoice, options: ImageOptions) -> ChosenParts:
    """Choose the parts to train and to test on; raises InputError where there are none."""
    return choose_parts(choice.of.parts or ("",), options, str(choice))


def is_fetched(place: Path) -> bool:
    """Tell whether there are files, and nobody broke off their download."""
    try:
        return any(place.iterdir()) and not (place / UNFINISHED).exists()
    except OSError:
        return False
