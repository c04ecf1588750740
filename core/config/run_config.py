"""What a run and a suite are made from: validated, frozen, and the source of the command line's flags."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

from core.config.presets import RECIPES, Norm, Preset, Recipe
from core.config.settings import AutoOr, OneOf, PositiveNumber, Setting, Text, WholeNumber, setting_field
from core.errors import InputError


class Device(StrEnum):
    """Where a run computes; `auto` is CUDA, else an Apple GPU, else the CPU."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Switch(StrEnum):
    """Whether an option of a run is on."""

    ON = "on"
    OFF = "off"


_EVERY_IMAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything one training run is made from; the same config and device give the same metrics.

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
        "auto (CIFAR-10, downloaded once), demo, or a folder of images",
        Text("auto, demo or a folder"),
        default="auto",
    )
    device: Device = setting_field("--device", "NAME", "where to compute", OneOf(Device), default=Device.AUTO)
    limit_train: int | None = setting_field(
        "--limit-train", "N", "train on N images only", WholeNumber(1, _EVERY_IMAGE), default=None
    )
    limit_test: int | None = setting_field(
        "--limit-test", "N", "test on N images only", WholeNumber(1, _EVERY_IMAGE), default=None
    )
    flip_average: Switch = setting_field(
        "--flip-average",
        "on|off",
        "a second test accuracy, each image averaged with its mirror image",
        OneOf(Switch),
        default=Switch.OFF,
    )

    def __post_init__(self) -> None:
        for name, setting in settings().items():
            setting.check(getattr(self, name))

    @property
    def recipe(self) -> Recipe:
        """The preset's recipe, with the learning rate the user asked for."""
        recipe = RECIPES[self.preset]
        if self.learning_rate is None:
            return recipe
        scale = self.learning_rate / recipe.learning_rate
        return replace(
            recipe,
            learning_rate=self.learning_rate,
            auxiliary_learning_rate=recipe.auxiliary_learning_rate * scale,
        )


def settings() -> dict[str, Setting]:
    """Return every setting of a run people can change, by its field's name in `RunConfig`."""
    return {f.name: f.metadata["setting"] for f in fields(RunConfig) if "setting" in f.metadata}


def suite_settings() -> dict[str, Setting]:
    """Return every setting of a whole suite people can change, by its field's name in `SuiteConfig`."""
    return {f.name: f.metadata["setting"] for f in fields(SuiteConfig) if "setting" in f.metadata}


def parse_norms(text: str) -> tuple[Norm, ...]:
    """Read norms from a comma-separated list, in the order given.

    Raises:
        InputError: a name is unknown or given twice, or there is none.
    """
    names = [name.strip() for name in text.split(",")]
    wanted = f"a comma-separated list of {', '.join(Norm)}"
    if any(name not in set(Norm) for name in names):
        raise InputError(f"--norm {text}: must be {wanted}")
    if len(set(names)) < len(names):
        raise InputError(f"--norm {text}: must name each norm once")
    return tuple(Norm(name) for name in names)


@dataclass(frozen=True, slots=True)
class SuiteConfig:
    """The runs one command trains, in order, and that command as a person would type it.

    `parallel` is the most runs that train at once; None leaves that to `core.runs.concurrency`.

    Raises:
        InputError: there is no run, a norm is there twice, or `parallel` is out of its range.
    """

    runs: tuple[RunConfig, ...]
    command: str
    parallel: int | None = setting_field(
        "--parallel", "N", "runs that train at once", AutoOr(WholeNumber(1, 16)), default=None
    )

    def __post_init__(self) -> None:
        for name, setting in suite_settings().items():
            setting.check(getattr(self, name))
        names = [run_name(run) for run in self.runs]
        if not names or len(set(names)) < len(names):
            raise InputError("a suite needs at least one run, and no norm twice")

    @property
    def names(self) -> tuple[str, ...]:
        """The runs' names, in order; each is also its folder's name."""
        return tuple(run_name(run) for run in self.runs)


def run_name(config: RunConfig) -> str:
    """Name a run within its suite."""
    return str(config.norm)


def command_line(runs: tuple[RunConfig, ...], parallel: int | None = None) -> str:
    """Return the command that trains `runs`, one config in several norms; defaults are left out."""
    command = ["cifar-tui", "--norm", ",".join(run.norm for run in runs)]
    for name, setting in settings().items():
        value = getattr(runs[0], name)
        if value != RunConfig.__dataclass_fields__[name].default:
            command += [setting.flag, str(value)]
    if parallel is not None:
        command += [suite_settings()["parallel"].flag, str(parallel)]
    return shlex.join(command)


def variants(config: RunConfig, norms: Iterable[Norm]) -> tuple[RunConfig, ...]:
    """Return `config` once for each of `norms`."""
    return tuple(replace(config, norm=norm) for norm in norms)
