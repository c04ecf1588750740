"""Which runs are one network trained with several seeds."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.config.presets import Norm
from core.results.labelled_runs import LabelledRun
from core.results.run_styles import RunStyle
from core.runs.run_state import Outcome

_SEED_WORDS: Final = re.compile(r", seed \d+| \(\d+\)$")
_SEED_IN_SLUG: Final = re.compile(r"-seed-\d+")


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """Runs that differ in nothing but their seed, in the order given; one run alone is a group, too.

    `number` counts, from 1, the groups whose runs share the same name. `repeats` tells that a network's seeds
    are trained once more, which says nothing new of it.
    """

    runs: tuple[LabelledRun, ...]
    number: int = 1
    repeats: bool = False

    @property
    def label(self) -> str:
        """The name of its only run; of several, what their names share: "batch, preset best"."""
        return self._shared(self.runs[0].label)

    @property
    def heading(self) -> str:
        """The name as a heading, such as "Batch normalization"."""
        return self._shared(self.runs[0].heading)

    @property
    def slug(self) -> str:
        """The name as a part of a file's."""
        slug = self.runs[0].slug
        if len(self.runs) == 1:
            return slug
        return _SEED_IN_SLUG.sub("", slug) + (f"-{self.number}" if self.number > 1 else "")

    @property
    def style(self) -> RunStyle:
        """How each of its runs is drawn."""
        return self.runs[0].style

    @property
    def norm(self) -> Norm | None:
        """The normalization of its runs; None where that is unknown."""
        return self.runs[0].norm

    @property
    def counted(self) -> tuple[LabelledRun, ...]:
        """The runs that the group's means are over, all evaluated after the same epoch.

        Those that finished; where none has, those that came furthest.
        """
        finished = tuple(
            run for run in self.runs if run.state.outcome is Outcome.FINISHED and run.state.tests
        )
        if finished:
            return finished
        furthest = max((len(run.state.tests) for run in self.runs), default=0)
        return tuple(run for run in self.runs if furthest and len(run.state.tests) == furthest)

    def _shared(self, name: str) -> str:
        if len(self.runs) == 1:
            return name
        return _SEED_WORDS.sub("", name) + (f" ({self.number})" if self.number > 1 else "")


def seed_groups(runs: Sequence[LabelledRun]) -> tuple[SeedGroup, ...]:
    """Return the groups of `runs`, in the order of their first runs.

    No two of a group have the same seed, nor are known to have read different images.
    """
    groups: list[list[LabelledRun]] = []
    repeats: set[int] = set()
    for run in runs:
        same = [group for group in groups if group[0].kind == run.kind and _alike(group, run)]
        own = next((group for group in same if _seed(run) not in map(_seed, group)), None)
        if own is None:
            repeats |= {len(groups)} if same else set()
            groups.append([run])
        else:
            own.append(run)
    found = [SeedGroup(tuple(group), repeats=place in repeats) for place, group in enumerate(groups)]
    seen: Counter[str] = Counter()
    for place, group in enumerate(found):
        seen[group.label] += 1
        found[place] = replace(group, number=seen[group.label])
    return tuple(found)


def _alike(group: list[LabelledRun], run: LabelledRun) -> bool:
    """Tell whether a run has as many classes as those of a group, as far as is known."""
    counts = {one.state.class_count for one in (*group, run)}
    return len(counts - {None}) < 2  # noqa: PLR2004 - no two


def _seed(run: LabelledRun) -> int | None:
    return run.state.config.seed if run.state.config else None
