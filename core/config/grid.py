"""What one command trains: every combination of norms, presets, seeds and swept settings."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Final, Self

from core.config.presets import Norm, Preset
from core.config.recipe_edits import recipe_settings
from core.config.run_config import RunConfig, all_settings, settings
from core.config.settings import OneOf, Setting, WholeNumber
from core.config.suite_config import SuiteConfig, suite_settings
from core.errors import InputError

_MOST_RUNS: Final = 1_000
_COUNT: Final = WholeNumber(1, _MOST_RUNS)
_OF_A_SUITE: Final = {
    **dict.fromkeys(("data", "test_split", "holdout"), "images"),
    "model": "network",
    "device": "kind of device",
}
_OWN_FLAG: Final = {"norm": "--norm", "preset": "--preset", "seed": "--seeds", "seeds": "--seeds"}

NORMS: Final = Setting("--norm", "NAMES", "norms to train", OneOf(Norm))


@dataclass(frozen=True, slots=True)
class _Seeds:
    """How many seeds, or a list of them."""

    wanted: str = f"{_COUNT.wanted}, or a list of different seeds such as 3,5,7"

    def parse(self, text: str) -> int | tuple[int, ...]:
        """Read one number as how many seeds there are, several as the seeds themselves."""
        numbers = tuple(map(int, text.split(",")))
        return numbers if len(numbers) > 1 else numbers[0]

    def accepts(self, value: object) -> bool:
        """Tell whether `value` is a number of seeds, or seeds."""
        if not isinstance(value, tuple):
            return _COUNT.accepts(value)
        return all(map(settings()["seed"].kind.accepts, value)) and len(set(value)) == len(value)


SEEDS: Final = Setting(
    "--seeds", "N|LIST", "so many seeds, from --seed on, or a list of them", _Seeds(), optional=True
)


def parse_seeds(text: str, first: int | None) -> tuple[int, ...]:
    """Read the seeds that `text` asks for: so many from `first` on, or a list.

    `first` is None where the user has not given any, which stands for 0.

    Raises:
        InputError: it is neither, or a list for which `first` has no use.
    """
    wanted = SEEDS.parse(text)
    if isinstance(wanted, int):
        first = first or 0
        return tuple(range(first, first + wanted))
    if first is not None:
        raise InputError(
            f"--seed {first} --seeds {text}: give one of the two, or how many seeds from {first} on"
        )
    return tuple(wanted)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A setting of the runs or a part of their recipe, as `RunConfig.value` names it, and its values."""

    field: str
    values: tuple[Any, ...]

    @property
    def text(self) -> str:
        """The values as a person would type them."""
        return ",".join(map(str, self.values))

    def __str__(self) -> str:
        """Write it as `--sweep` has it: lr=0.01,0.02."""
        return f"{all_settings()[self.field].name}={self.text}"


def sweepable() -> dict[str, Setting]:
    """Return what can be swept, by field: not those with a list of their own, nor what all runs share.

    Runs on different images or on different kinds of devices cannot be compared, and a network of the user's
    own is a suite's.
    """
    return {field: it for field, it in all_settings().items() if field not in {*_OWN_FLAG, *_OF_A_SUITE}}


def parse_sweep(text: str) -> Sweep:
    """Read a sweep such as lr=0.01,0.02; a setting goes by its flag's name or its field's.

    Raises:
        InputError: there is no such setting, or a value is none that it takes.
    """
    name, equals, values = text.partition("=")
    given, name = f"--sweep {text}", name.strip()
    if name in _OWN_FLAG:
        raise InputError(f"{given}: give {_OWN_FLAG[name]} {values} instead")
    if (field := name.replace("-", "_")) in _OF_A_SUITE:
        raise InputError(
            f"{given}: the runs of a suite have the same {_OF_A_SUITE[field]}; give "
            f"{settings()[field].flag} once for each suite"
        )
    fields = {alias: field for field, it in sweepable().items() for alias in (field, it.name)}
    if not equals or name not in fields:
        names = ", ".join(it.name for it in sweepable().values())
        raise InputError(f"{given}: must be NAME=VALUE,VALUE with a name of {names}")
    return Sweep(fields[name], sweepable()[fields[name]].parse_several(values, given))


@dataclass(frozen=True, slots=True)
class Grid:
    """Runs that have every combination of some norms, presets, seeds and swept values.

    What is not given is `base`'s own, and so is every other setting; `base` becomes the first of the runs.

    Raises:
        InputError: a value is out of its range, a setting is swept twice, or there are too many runs.
    """

    base: RunConfig
    norms: tuple[Norm, ...] = ()
    presets: tuple[Preset, ...] = ()
    seeds: tuple[int, ...] = ()
    sweeps: tuple[Sweep, ...] = ()

    def __post_init__(self) -> None:
        own = {"norms": self.base.norm, "presets": self.base.preset, "seeds": self.base.seed}
        for field, value in own.items():
            if not getattr(self, field):
                object.__setattr__(self, field, (value,))
        fields = [sweep.field for sweep in self.sweeps]
        for field in fields:
            if fields.count(field) > 1:
                name = all_settings()[field].name
                raise InputError(f"--sweep {name}: must be given once, with all its values")
        if (count := self.count) > _MOST_RUNS:
            raise InputError(f"{count:,} runs: must be at most {_MOST_RUNS:,}; take fewer seeds or values")
        for field, values in self.axes:
            if (setting := all_settings().get(field)) is not None:
                for value in values:
                    setting.check(value)
        self._check_recipes()
        object.__setattr__(self, "base", self._run(values[0] for _, values in self.axes))

    def _check_recipes(self) -> None:
        """Raise InputError where a preset's recipe does not take what is edited of it."""
        varied = {field: values for field, values in self.axes if field not in {"norm", "seed"}}
        if self.base.edits.given() or not recipe_settings().keys().isdisjoint(varied):
            for values in product(*varied.values()):
                self.base.having(dict(zip(varied, values, strict=True)))

    @classmethod
    def of(
        cls,
        values: Mapping[str, Any],
        norms: tuple[Norm, ...],
        presets: tuple[Preset, ...] = (),
        seeds: tuple[int, ...] = (),
        sweeps: tuple[Sweep, ...] = (),
    ) -> Self:
        """Return the grid whose other settings are `values`, by the names that `RunConfig.value` takes.

        Raises:
            InputError: as above.
        """
        first = {"preset": presets[0]} if presets else {}
        return cls(RunConfig(norm=norms[0]).having({**first, **values}), norms, presets, seeds, sweeps)

    @classmethod
    def around(cls, runs: Sequence[RunConfig]) -> Self:
        """Return the smallest grid that has all of `runs`; some may be no part of a suite any more."""
        found = {
            field: tuple(dict.fromkeys(value for run in runs if (value := run.value(field)) is not None))
            for field in ("norm", *all_settings())
        }
        sweeps = tuple(Sweep(field, found[field]) for field in sweepable() if len(found[field]) > 1)
        edits = {field: found[field][0] for field in recipe_settings() if found[field]}
        return cls(runs[0].having(edits), found["norm"], found["preset"], found["seed"], sweeps)

    @property
    def axes(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """What varies, as fields of `RunConfig` with their values, the one that changes most slowly first.

        The norm changes fastest, the seed most slowly: whole comparisons of one seed come early.
        """
        swept = [(sweep.field, sweep.values) for sweep in self.sweeps]
        return (("seed", self.seeds), ("preset", self.presets), *swept, ("norm", self.norms))

    @property
    def count(self) -> int:
        """How many runs there are."""
        return prod(len(values) for _, values in self.axes)

    def values(self, field: str) -> tuple[Any, ...]:
        """Return the values of a run's setting, a single one where it does not vary."""
        return dict(self.axes).get(field, (self.base.value(field),))

    def runs(self) -> tuple[RunConfig, ...]:
        """Return every run, in the order in which they are to be trained.

        What is edited and is so in a run's preset already, that run does not have as an edit.
        """
        swept = {sweep.field for sweep in self.sweeps}
        runs = map(self._run, product(*(values for _, values in self.axes)))
        return tuple(run.without_idle_edits(swept) for run in runs)

    def _run(self, values: Iterable[Any]) -> RunConfig:
        fields = [field for field, _ in self.axes]
        return self.base.having(dict(zip(fields, values, strict=True)))

    @property
    def seed_texts(self) -> dict[str, str]:
        """The seeds as a person would type them: texts of `seed` and `seeds`, empty where not needed."""
        first, *more = self.seeds
        if not more:
            return {"seed": str(first), "seeds": ""}
        if self.seeds == tuple(range(first, first + len(self.seeds))):
            return {"seed": str(first), "seeds": str(len(self.seeds))}
        return {"seed": "", "seeds": ",".join(map(str, self.seeds))}

    def command_line(self, suite: Mapping[str, Any] | None = None) -> str:
        """Return the command that trains the runs, `suite` with its settings by name; no defaults in it."""
        command = ["cifar-tui", NORMS.flag, ",".join(self.norms)]
        swept = {sweep.field for sweep in self.sweeps}
        for field, setting in settings().items():
            text = ",".join(map(str, self.values(field)))
            if field == "seed":
                text = self.seed_texts["seed"]
            if field not in swept and text not in {"", str(RunConfig.__dataclass_fields__[field].default)}:
                command += [setting.flag, text]
        if self.seed_texts["seeds"]:
            command += [SEEDS.flag, self.seed_texts["seeds"]]
        for field, value in self.base.edits.given().items():
            if field not in swept:
                command += ["--set", f"{field}={value}"]
        for sweep in self.sweeps:
            command += ["--sweep", str(sweep)]
        for field, value in (suite or {}).items():
            if value != SuiteConfig.__dataclass_fields__[field].default:
                text = ",".join(value) if isinstance(value, tuple) else str(value)
                command += [suite_settings()[field].flag, text]
        return shlex.join(command)
