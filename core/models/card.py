"""What the file of a network tells of itself: how it is built, what it was trained on, what it came to."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Final, Self

from core.config.image_options import MOST_SIDE, SIDE_STEP, ImageOptions, Resize
from core.config.network_shape import NetworkShape
from core.config.presets import Norm, Preset, Recipe
from core.config.suite_config import Keep
from core.errors import InputError
from core.runs.limits import FEWEST_CLASSES, MOST_CLASSES, Count, Images, Share, Side
from core.runs.machine_events import Layers, Precision
from core.runs.strict_values import UNREADABLE, strict_converter

FORMAT: Final = "cifar-tui model 1"
SIZED_FORMAT: Final = "cifar-tui model 2"
"""Of a model of images that are not 32 by 32, or not cropped to it: not for versions that knew no others."""

_MOST_CHARACTERS: Final = 2**20
_CHANNELS: Final = 3
_TEXTS: Final = frozenset({"run", "norm", "preset", "weights", "data", "fingerprint"})
"""Fields that are written as they are; the others are JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a network was trained by and for.

    `recipe` and `norm` say how to build it; `edited` is what of the recipe is not the preset's. `weights` are
    those after `epoch` epochs and `step` steps of the next. `test_accuracy`, 0 to 1, is what they gave on
    `test_images` images, by such `layers` in such `precision`; None where they were never evaluated, or in a
    run of an earlier version that did not tell. Of a pixel's byte the network takes
    (byte - `mean`) / `std`, for red, green and blue; its outputs are the `classes`, in order. Images are of
    `image_size` pixels each way, to which they are brought by `resize`. `data` is the images' label,
    `fingerprint` their identity. `versions` maps packages to their versions.

    Raises:
        ValueError: there are not three channels, a standard deviation is none, or there are so many classes
            or pixels as no network has.
    """

    run: str
    norm: Norm
    preset: Preset
    edited: dict[str, str]
    recipe: Recipe
    seed: Count
    batch_size: Count
    epochs: Count
    weights: Keep
    epoch: Count
    step: Count
    test_accuracy: Share | None
    test_images: Images | None
    layers: Layers | None
    precision: Precision | None
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    data: str
    fingerprint: str
    versions: dict[str, str]
    image_size: Side = SIDE_STEP
    resize: Resize = Resize.CROP

    def __post_init__(self) -> None:
        if (len(self.mean), len(self.std)) != (_CHANNELS, _CHANNELS) or min(self.std) <= 0:
            raise ValueError("mean and standard deviation of three channels are needed")
        if not FEWEST_CLASSES <= len(self.classes) <= MOST_CLASSES:
            raise ValueError("a name for each class is needed")
        if self.image_size % SIDE_STEP or self.image_size > MOST_SIDE:
            raise ValueError(f"images of {self.image_size} pixels each way")

    @property
    def shape(self) -> NetworkShape:
        """What the network takes and gives."""
        return NetworkShape(len(self.classes), self.image_size)

    @property
    def image_options(self) -> ImageOptions:
        """How images are brought to what the network takes."""
        return ImageOptions(size=self.image_size, resize=self.resize)

    def to_metadata(self) -> dict[str, str]:
        """Return the card as files keep it: texts by name, and which format they are of."""
        values = strict_converter().unstructure(self)
        texts = {name: value if name in _TEXTS else json.dumps(value) for name, value in values.items()}
        if self.image_options == ImageOptions():
            del texts["image_size"], texts["resize"]
            return {"format": FORMAT, **texts}
        return {"format": SIZED_FORMAT, **texts}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str], file: str) -> Self:
        """Read what `to_metadata` gave, of a `file`.

        Raises:
            InputError: it is something else; the message names the file.
        """
        if (
            metadata.get("format") not in {FORMAT, SIZED_FORMAT}
            or sum(map(len, metadata.values())) > _MOST_CHARACTERS
        ):
            raise InputError(f"{file}: must be a model that cifar-tui export-model of this version wrote")
        try:
            values = {
                field.name: metadata[field.name] if field.name in _TEXTS else json.loads(metadata[field.name])
                for field in fields(cls)
                if field.name in metadata or field.default is MISSING
            }
            return strict_converter().structure(values, cls)
        except UNREADABLE:
            raise InputError(f"{file}: does not tell how its network is built; export it again") from None
