"""What a child is to train: our loop, or one of those it is measured against, each by its name."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Self

import cattrs

from core.config.devices import Device
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig

BATCH: Final = 128


class TorchOptimizer(StrEnum):
    """What updates an opponent's weights, whatever the preset's optimizer is."""

    SGD = "sgd"  # the cheaper one
    MUON = "muon"  # torch's own for convolutions, SGD for everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchWay:
    """How a loop of torch's own parts is written.

    The usual loop has `loading_processes` (0: none); the good loop has its images in memory, and may compute
    in `bf16` and have its network `compiled`. Images are cropped by four pixels and flipped; with
    `recipe_augmentation` only as the preset does, so that `reference` does neither.
    """

    good: bool = False
    bf16: bool = False
    compiled: bool = False
    channels_last: bool = False
    loading_processes: int = 0
    optimizer: TorchOptimizer = TorchOptimizer.SGD
    recipe_augmentation: bool = False


OPPONENTS: Final = {
    "usual": TorchWay(),
    "good": TorchWay(good=True),
    "good-bf16": TorchWay(good=True, bf16=True),
    "good-compiled": TorchWay(good=True, compiled=True),
    "good-bf16-compiled": TorchWay(good=True, bf16=True, compiled=True),
}
"""The loops ours can be measured against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopTask:
    """What a child trains: `steps` batches of 128 an epoch (None: all there are), `epochs` in all.

    `way` is None for our loop.
    """

    norm: Norm
    preset: Preset
    device: Device
    data: str
    steps: int | None
    epochs: int
    way: TorchWay | None = None

    def to_json(self) -> str:
        """Write the task as one argument."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        return cattrs.structure(json.loads(text), cls)

    @property
    def config(self) -> RunConfig:
        """The task as a run's config."""
        return RunConfig(
            norm=self.norm,
            preset=self.preset,
            device=self.device,
            data=self.data,
            epochs=self.epochs,
            batch_size=BATCH,
            limit_train=None if self.steps is None else self.steps * BATCH,
        )
