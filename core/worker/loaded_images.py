"""The images that the runs of a suite share, and what is known of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from core.config.image_options import SIDE_STEP
from core.config.run_config import RunConfig
from core.dataset.duplicates import count_duplicates
from core.dataset.images import ImageSet
from core.runs.events import DataLoaded, Emit
from core.worker.image_loading import load_in_reach


@dataclass(frozen=True, slots=True)
class LoadedImages:
    """The images of one config; `serves` tells which other configs have the same."""

    config: RunConfig
    images: ImageSet
    data: DataLoaded

    @classmethod
    def of(cls, config: RunConfig, emit: Emit, poll_commands: Callable[[], object] = lambda: None) -> Self:
        """Load the images, saying how far that has come.

        `poll_commands` is called all the while, several times a second; what it raises ends the loading.

        Raises:
            InputError: the images cannot be used.
        """
        began = time.monotonic()
        images = load_in_reach(config, emit, poll_commands)
        duplicates = count_duplicates(images)
        data = DataLoaded(
            label=_sized(images),
            source=images.source,
            fingerprint=images.fingerprint,
            classes=images.classes,
            train_images=len(images.train.labels),
            test_images=len(images.test.labels),
            seconds=time.monotonic() - began,
            identity=images.identity,
            test_fingerprint=images.test_fingerprint,
            test_in_training=duplicates.test_in_training,
            under_two_labels=duplicates.under_two_labels,
            adjustments=images.adjustments.lines(),
        )
        return cls(config, images, data)

    def serves(self, config: RunConfig) -> bool:
        """Tell whether `config` trains and tests on the same images."""

        def needs(c: RunConfig) -> tuple[object, ...]:
            return (c.data, c.image_options, c.limit_train, c.limit_test)

        return needs(config) == needs(self.config)


def _sized(images: ImageSet) -> str:
    """Return the images' label, which tells the size where it is not CIFAR-10's: "CIFAR-10 (JPEG), 64×64"."""
    side = images.shape.side
    return images.label if side == SIDE_STEP else f"{images.label}, {side}×{side}"
