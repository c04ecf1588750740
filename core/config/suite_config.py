"""What a suite is made from: runs, what is set for all of them together, and their names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from core.config.devices import Address, EngineKind, check_engine
from core.config.run_config import RunConfig, all_settings
from core.config.settings import AutoOr, OneOf, PositiveNumber, Setting, SomeOf, WholeNumber, setting_field
from core.errors import InputError


class Keep(StrEnum):
    """Whose weights a run keeps in a file of their own."""

    BEST = "best"  # the epoch with the highest test accuracy: chosen on the test images, so no result
    LAST = "last"


MOST_AT_ONCE: Final = 16
"""The most runs that train side by side."""

CHECKPOINT_SECONDS: Final = 60.0
"""The most seconds between two checkpoints of a run, where nobody says otherwise."""

_NOT_IN_NAMES: Final = re.compile(r"[^\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class SuiteConfig:
    """The runs one command trains, in order, and that command as a person would type it.

    `parallel` is the most runs that train at once on a device; None leaves that to `core.runs.concurrency`.
    Within an epoch there is a checkpoint every `checkpoint_seconds`; the weights of the epochs in `keep` have
    files of their own. `engine` says whose machines train, `address` where its cluster is. `names` are the
    runs' names, in order, and their folders'; what differs between the runs makes them where they are not
    given. They are kept with the runs, so that a run keeps its folder when others are deleted.

    Raises:
        InputError: there is no run, one is there twice, or a setting is out of its range.
    """

    runs: tuple[RunConfig, ...]
    command: str
    parallel: int | None = setting_field(
        "--parallel",
        "N",
        "runs that train at once on a device; auto: all on CUDA, the norms of a seed on a processor",
        AutoOr(WholeNumber(1, MOST_AT_ONCE)),
        default=None,
    )
    checkpoint_seconds: float = setting_field(
        "--checkpoint-seconds",
        "SECONDS",
        "the most training that an interruption costs",
        PositiveNumber(86_400),
        default=CHECKPOINT_SECONDS,
    )
    keep: tuple[Keep, ...] = setting_field(
        "--keep", "WHICH", "epochs whose weights each run keeps in a file", SomeOf(Keep), default=()
    )
    engine: EngineKind = setting_field(
        "--engine",
        "NAME",
        "whose machines train: this one, or a Ray cluster's",
        OneOf(EngineKind),
        default=EngineKind.LOCAL,
    )
    address: str | None = setting_field(
        "--address",
        "ADDRESS",
        "the Ray cluster; auto: RAY_ADDRESS, one on this machine, or a new one here",
        AutoOr(Address()),
        default=None,
    )
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, setting in suite_settings().items():
            setting.check(getattr(self, name))
        check_engine(self.engine, self.address, [run.device for run in self.runs])
        if self.engine is EngineKind.RAY and any(run.model is not None for run in self.runs):
            raise InputError(
                "--engine ray --model: a cluster's nodes have no such file; train it on this machine"
            )
        if not self.runs or len(set(self.runs)) < len(self.runs):
            raise InputError("a suite needs at least one run, and none twice")
        if not self.names:
            object.__setattr__(self, "names", run_names(self.runs))
        if len(set(self.names)) < len(self.names) or len(self.names) != len(self.runs):
            raise InputError("a suite needs a name of its own for each run")

    def config_of(self, name: str) -> RunConfig:
        """Return what the run `name` is made from."""
        return self.runs[self.names.index(name)]

    def lengthened(self, names: Collection[str], epochs: int) -> "SuiteConfig":
        """Return the suite with `epochs` epochs for its runs `names`.

        Raises:
            InputError: there are no so many, or a run would become the same as another.
        """
        pairs = zip(self.names, self.runs, strict=True)
        runs = tuple(replace(run, epochs=epochs) if name in names else run for name, run in pairs)
        if len(set(runs)) < len(runs):
            raise InputError(f"--epochs {epochs}: another run of the suite is the same with so many already")
        return replace(self, runs=runs)


def suite_settings() -> dict[str, Setting]:
    """Return every setting of a whole suite people can change, by its field's name in `SuiteConfig`."""
    return {f.name: f.metadata["setting"] for f in fields(SuiteConfig) if "setting" in f.metadata}


def run_names(runs: Sequence[RunConfig]) -> tuple[str, ...]:
    """Name each run of a suite by its norm and the settings that differ between them: "batch-seed-3".

    A name is a folder's, too; where two would be the same, a number follows.
    """
    differing = [name for name in all_settings() if len({run.value(name) for run in runs}) > 1]
    plain = ["-".join((run.norm, *(_named_setting(run, name) for name in differing))) for run in runs]
    earlier = [plain[:place].count(name) for place, name in enumerate(plain)]
    return tuple(f"{name}-{times + 1}" if times else name for name, times in zip(plain, earlier, strict=True))


def _named_setting(run: RunConfig, name: str) -> str:
    value = run.value(name)
    if name == "preset":
        return str(value)
    words = "default" if value is None else _NOT_IN_NAMES.sub("-", Path(str(value)).name)
    return f"{all_settings()[name].name}-{words}"
