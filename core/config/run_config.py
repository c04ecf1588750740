"""What a run is made from: validated, frozen, and the source of the command line's flags."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final

from core.config.devices import Device, Devices
from core.config.image_options import MOST_SIDE, SIDE_STEP, ImageOptions, Resize
from core.config.own_model import ModelFunction, ModelSource
from core.config.presets import RECIPES, Norm, Preset, Recipe, Schedule
from core.config.recipe_edits import UNEDITED, RecipeEdits, recipe_settings, with_optimizer
from core.config.settings import (
    MultipleOf,
    Number,
    OneOf,
    PositiveNumber,
    Setting,
    Switch,
    Text,
    WholeNumber,
    setting_field,
)
from core.errors import InputError


class Rates(StrEnum):
    """How the learning rate changes over a run."""

    PRESET = "preset"  # as the preset's recipe has it, which depends on how many epochs there are to be
    CONSTANT = "constant"  # not at all, so that a run that has finished can be trained longer
    STEP = "step"  # to a tenth for the last quarter
    LINEAR = "linear"  # down to zero, behind the preset's warm-up if it has one


class OnDivergence(StrEnum):
    """What becomes of a run whose loss is beyond recovery."""

    STOP = "stop"
    RESTART = "restart"  # back to the beginning of the epoch, at half the rate


_EVERY_IMAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything one training run is made from.

    The same config on the same device gives the same bits, by the C++ layers on any number of threads of one
    kind of processor with one instruction set; another kind rounds otherwise. `model_digest` is that of the
    file with the network, once it was read; empty where the network is the preset's.

    Raises:
        InputError: a value is out of its range; the message says what would be right.
    """

    norm: Norm
    preset: Preset = setting_field(
        "--preset", "NAME", "network and recipe", OneOf(Preset), default=Preset.TUNED
    )
    epochs: int = setting_field("--epochs", "N", "epochs a run", WholeNumber(1, 1_000), default=20)
    batch_size: int = setting_field(
        "--batch-size", "N", "images a batch", WholeNumber(1, 10_000), default=128
    )
    learning_rate: float | None = setting_field(
        "--lr", "RATE", "peak learning rate instead of the preset's", PositiveNumber(100), default=None
    )
    seed: int = setting_field(
        "--seed", "N", "seed of weights, order and augmentation", WholeNumber(0, 2**32 - 1), default=0
    )
    data: str = setting_field(
        "--data",
        "SOURCE",
        "auto (CIFAR-10, downloaded once), demo, torchvision:NAME, or a folder, archive or file of images",
        Text("auto, demo, torchvision:NAME, a folder, an archive or a file"),
        default="auto",
    )
    device: str = setting_field("--device", "NAMES", "where to compute", Devices(), default=Device.AUTO)
    limit_train: int | None = setting_field(
        "--limit-train", "N", "train on N images only", WholeNumber(1, _EVERY_IMAGE), default=None
    )
    limit_test: int | None = setting_field(
        "--limit-test", "N", "test on N images only", WholeNumber(1, _EVERY_IMAGE), default=None
    )
    image_size: int = setting_field(
        "--image-size",
        "N",
        "pixels each way that images are brought to",
        MultipleOf(SIDE_STEP, MOST_SIDE),
        default=SIDE_STEP,
    )
    resize: Resize = setting_field(
        "--resize",
        "crop|pad|stretch",
        "how images of other proportions become squares: the middle, black beside them, or stretched",
        OneOf(Resize),
        default=Resize.CROP,
    )
    test_split: str | None = setting_field(
        "--test-split",
        "NAME",
        "the folder beside train/ to test on, where that is not to be test/",
        Text("the name of a folder, such as val"),
        default=None,
    )
    holdout: float | None = setting_field(
        "--holdout",
        "SHARE",
        "test on a share of the training images, and not on test images",
        Number(0.01, 0.5),
        default=None,
    )
    flip_average: Switch = setting_field(
        "--flip-average",
        "on|off",
        "a second test accuracy, each image averaged with its mirror image",
        OneOf(Switch),
        default=Switch.OFF,
    )
    schedule: Rates = setting_field(
        "--schedule",
        "NAME",
        "how the learning rate changes: as the preset has it, never, or as another preset has it",
        OneOf(Rates),
        default=Rates.PRESET,
    )
    on_divergence: OnDivergence = setting_field(
        "--on-divergence",
        "stop|restart",
        "end a run whose loss is beyond recovery, or take its epoch again at half the rate",
        OneOf(OnDivergence),
        default=OnDivergence.STOP,
    )
    model: str | None = setting_field(
        "--model",
        "FILE:FUNCTION",
        "your own network instead of the preset's",
        ModelFunction(),
        default=None,
    )

    edits: RecipeEdits = UNEDITED
    model_digest: str = ""

    def __post_init__(self) -> None:
        for name, setting in settings().items():
            setting.check(getattr(self, name))
        if self.test_split is not None and self.holdout is not None:
            raise InputError(f"--test-split {self.test_split} --holdout {self.holdout}: give one of the two")
        if self.edits != UNEDITED:
            _ = self.recipe

    @property
    def recipe(self) -> Recipe:
        """The preset's recipe, with the learning rate, the schedule and the edits the user asked for."""
        recipe = with_optimizer(RECIPES[self.preset], self.edits.optimizer)
        if self.model is not None:  # what is the network's affair is the user's
            recipe = replace(recipe, skeleton=None, dropout=0.0)
        if self.schedule is not Rates.PRESET and (schedule := Schedule(self.schedule)) is not recipe.schedule:
            recipe = replace(recipe, schedule=schedule, warmup=0.0)
        if self.learning_rate is not None:
            scale = self.learning_rate / recipe.learning_rate
            recipe = replace(
                recipe,
                learning_rate=self.learning_rate,
                auxiliary_learning_rate=recipe.auxiliary_learning_rate * scale,
            )
        return self.edits.applied(recipe, own_network=self.model is not None)

    @property
    def image_options(self) -> ImageOptions:
        """What of the settings decides on its images."""
        return ImageOptions(self.image_size, self.resize, self.test_split, self.holdout)

    @property
    def network(self) -> str | None:
        """Whose network it is, where it is not the preset's: "net of net.py"."""
        return None if self.model is None else ModelSource.of(self.model).name

    @property
    def edited(self) -> dict[str, Any]:
        """What is other than in the preset's recipe, as it was asked for, by its name there."""
        own = {"learning_rate": self.learning_rate, "schedule": self.schedule}
        rates = {name: value for name, value in own.items() if value not in {None, Rates.PRESET}}
        return rates | self.edits.given()

    def value(self, name: str) -> Any:  # noqa: ANN401 - each setting has its own type
        """Return the value of a setting of the run or of a part of its recipe that is edited, or None."""
        return getattr(self.edits if name in recipe_settings() else self, name)

    def having(self, values: Mapping[str, Any]) -> "RunConfig":
        """Return the config with other values, by the names that `value` takes.

        Raises:
            InputError: a value is out of its range.
        """
        parts = {name: value for name, value in values.items() if name in recipe_settings()}
        own = {name: value for name, value in values.items() if name not in parts}
        return replace(self, edits=replace(self.edits, **parts) if parts else self.edits, **own)

    def without_idle_edits(self, kept: Collection[str]) -> "RunConfig":
        """Return the config without edits that leave the preset's recipe as it is, but for those `kept`."""
        config = self
        for name in (name for name in self.edits.given() if name not in kept):
            with suppress(InputError):  # without it, another would mean nothing
                without = config.having({name: None})
                config = without if without.recipe == config.recipe else config
        return config


@cache
def settings() -> dict[str, Setting]:
    """Return every setting of a run that has a flag of its own, by its field's name in `RunConfig`."""
    return {f.name: f.metadata["setting"] for f in fields(RunConfig) if "setting" in f.metadata}


@cache
def all_settings() -> dict[str, Setting]:
    """Return those and the parts of a recipe, by the names that `RunConfig.value` takes."""
    return settings() | recipe_settings()
