"""Training images as the network sees them: which ones a run shows, and how they are augmented."""

from typing import Final

import numpy as np
import torch

from core.config.presets import Recipe
from core.dataset.images import ImageSplit
from core.dataset.png import png_text
from core.runs.evidence_events import Crop, Sample, SamplesShown
from core.training.batches import AugmentationParams, draw_params

_EPOCHS_SHOWN: Final = 3
_MOST_CLASSES: Final = 10


def show_samples(split: ImageSplit, recipe: Recipe, *, seed: int, epochs: int) -> SamplesShown:
    """Return the first image of each class with the crops and flips it gets in the first epochs.

    Of many classes, those of the first ten. They are the ones a run with this seed trains on,
    drawn again from a generator of their own. A recipe without augmentation has none.
    """
    _, every = np.unique(split.labels, return_index=True)
    first = every[:_MOST_CLASSES]
    chosen = torch.from_numpy(first)
    generator = torch.Generator().manual_seed(seed)
    augments = recipe.crop_padding > 0 or recipe.flip
    drawn = [
        _crops(draw_params(len(split), recipe, generator, chosen.device), chosen)
        for _ in range(min(epochs, _EPOCHS_SHOWN) if augments else 0)
    ]
    samples = (
        Sample(
            index=int(index),
            true_class=int(split.labels[index]),
            png=png_text(split.images[index]),
            crops=tuple(crops[place] for crops in drawn),
        )
        for place, index in enumerate(first)
    )
    return SamplesShown(samples=tuple(samples))


def _crops(params: AugmentationParams, chosen: torch.Tensor) -> list[Crop]:
    """Return what an epoch's `params` do to the images of the indices `chosen`."""
    places = params.index.argsort()[chosen]  # an epoch takes every image once
    columns = (column[places].tolist() for column in (params.top, params.left, params.flip))
    return [Crop(top=top, left=left, mirrored=flip == 1) for top, left, flip in zip(*columns, strict=True)]
