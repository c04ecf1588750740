"""Which runs are one network trained with several seeds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.results.labelled_runs import LabelledRun
from core.results.run_styles import RunStyle

_SEED_WORDS: Final = re.compile(r", seed \d+| \(\d+\)$")


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """Runs that differ in nothing but their seed, in the order given; one run alone is a group, too."""

    runs: tuple[LabelledRun, ...]

    @property
    def label(self) -> str:
        """The name of its only run; of several, what their names share: "batch, preset best"."""
        label = self.runs[0].label
        return label if len(self.runs) == 1 else _SEED_WORDS.sub("", label)

    @property
    def style(self) -> RunStyle:
        """How each of its runs is drawn."""
        return self.runs[0].style


def seed_groups(runs: Sequence[LabelledRun]) -> tuple[SeedGroup, ...]:
    """Return the groups of `runs`, in the order of their first runs."""
    groups: dict[object, list[LabelledRun]] = {}
    for run in runs:
        groups.setdefault(_all_but_the_seed(run), []).append(run)
    return tuple(SeedGroup(tuple(alike)) for alike in groups.values())


def _all_but_the_seed(run: LabelledRun) -> object:
    config = run.state.config
    if config is None:
        return id(run)  # nothing is known of it that another could share
    recipe = run.state.started.recipe if run.state.started else config.recipe
    return replace(config, seed=0), recipe
