"""What a run and a suite are made from: validated, frozen, and the source of the command line's flags."""

import math
import shlex
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final, Protocol

from core.errors import InputError
from core.presets import RECIPES, Norm, Preset, Recipe


class Device(StrEnum):
    """Where a run computes; `auto` is CUDA, else an Apple GPU, else the CPU."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Switch(StrEnum):
    """Whether a run does something more."""

    ON = "on"
    OFF = "off"


class Kind(Protocol):
    """What values a setting takes."""

    @property
    def wanted(self) -> str:
        """Name the values that would be right, to end an error message with."""

    def parse(self, text: str) -> Any:  # noqa: ANN401 - each setting has its own type
        """Turn what a person typed into a value; raise ValueError where it is none."""

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is one this setting takes."""


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    @property
    def wanted(self) -> str:
        """Name the range."""
        return f"a whole number from {self.low:,} to {self.high:,}"

    def parse(self, text: str) -> int:
        """Read decimal digits."""
        return int(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a whole number in the range."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class PositiveNumber:
    """A finite number above zero, at most `high`."""

    high: float

    @property
    def wanted(self) -> str:
        """Name the range."""
        return f"a number above 0, at most {self.high:g}"

    def parse(self, text: str) -> float:
        """Read a decimal number."""
        return float(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a finite number in the range."""
        return isinstance(value, int | float) and math.isfinite(value) and 0 < value <= self.high


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few names."""

    options: type[StrEnum]

    @property
    def wanted(self) -> str:
        """Name the options."""
        return "one of " + ", ".join(self.options)

    def parse(self, text: str) -> StrEnum:
        """Read an option's name."""
        return self.options(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is an option."""
        return isinstance(value, self.options)


@dataclass(frozen=True, slots=True)
class AutoOr:
    """A value of another kind, or `auto`, which is None."""

    kind: Kind

    @property
    def wanted(self) -> str:
        """Name both."""
        return f"auto or {self.kind.wanted}"

    def parse(self, text: str) -> Any:  # noqa: ANN401 - the other kind's type
        """Read `auto`, or the other kind's text."""
        return None if text == "auto" else self.kind.parse(text)

    def accepts(self, value: object) -> bool:
        """Tell whether `value` stands for `auto` or is one of the other kind."""
        return value is None or self.kind.accepts(value)


@dataclass(frozen=True, slots=True)
class Words:
    """Any text but none at all."""

    wanted: str

    def parse(self, text: str) -> str:
        """Take the text as it is."""
        return text

    def accepts(self, value: object) -> bool:
        """Tell whether there is any text."""
        return isinstance(value, str) and value.strip() != ""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field of a config is offered on the command line and on the start screen."""

    flag: str
    metavar: str
    help: str
    kind: Kind
    optional: bool = False

    def parse(self, text: str) -> Any:  # noqa: ANN401 - each setting has its own type
        """Turn what a person typed into a valid value.

        Raises:
            InputError: it is not one; the message names the flag and what would be right.
        """
        with suppress(ValueError):
            value = self.kind.parse(text)
            if self.kind.accepts(value):
                return value
        raise InputError(f"{self.flag} {text}: must be {self.kind.wanted}")

    def check(self, value: object) -> None:
        """Raise InputError unless `value` is one this setting takes."""
        if not (self.optional and value is None) and not self.kind.accepts(value):
            raise InputError(f"{self.flag} {value}: must be {self.kind.wanted}")


def _setting(flag: str, metavar: str, text: str, kind: Kind, *, default: object) -> Any:  # noqa: ANN401
    setting = Setting(flag, metavar, text, kind, optional=default is None)
    return field(default=default, metadata={"setting": setting})


_EVERY_IMAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything one training run is made from; the same config and device give the same metrics.

    Raises:
        InputError: a value is out of its range; the message says what would be right.
    """

    norm: Norm
    preset: Preset = _setting("--preset", "NAME", "network and recipe", OneOf(Preset), default=Preset.TUNED)
    epochs: int = _setting("--epochs", "N", "epochs a run", WholeNumber(1, 1_000), default=20)
    batch_size: int = _setting("--batch-size", "N", "images a batch", WholeNumber(1, 10_000), default=128)
    learning_rate: float | None = _setting(
        "--lr", "RATE", "peak learning rate instead of the preset's", PositiveNumber(100), default=None
    )
    seed: int = _setting(
        "--seed", "N", "seed of weights, order and augmentation", WholeNumber(0, 2**32 - 1), default=0
    )
    data: str = _setting(
        "--data",
        "SOURCE",
        "auto (CIFAR-10, downloaded once), demo, or a folder of images",
        Words("auto, demo or a folder"),
        default="auto",
    )
    device: Device = _setting("--device", "NAME", "where to compute", OneOf(Device), default=Device.AUTO)
    limit_train: int | None = _setting(
        "--limit-train", "N", "train on N images only", WholeNumber(1, _EVERY_IMAGE), default=None
    )
    limit_test: int | None = _setting(
        "--limit-test", "N", "test on N images only", WholeNumber(1, _EVERY_IMAGE), default=None
    )
    flip_average: Switch = _setting(
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

    `parallel` is the most runs that train at once; None leaves that to `core.parallel`.

    Raises:
        InputError: there is no run, a norm is there twice, or `parallel` is out of its range.
    """

    runs: tuple[RunConfig, ...]
    command: str
    parallel: int | None = _setting(
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
    words = ["cifar-tui", "--norm", ",".join(run.norm for run in runs)]
    for name, setting in settings().items():
        value = getattr(runs[0], name)
        if value != RunConfig.__dataclass_fields__[name].default:
            words += [setting.flag, str(value)]
    if parallel is not None:
        words += [suite_settings()["parallel"].flag, str(parallel)]
    return shlex.join(words)


def variants(config: RunConfig, norms: Iterable[Norm]) -> tuple[RunConfig, ...]:
    """Return `config` once for each of `norms`."""
    return tuple(replace(config, norm=norm) for norm in norms)
