"""What every panel of the comparison is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.printable import printable
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import SeedGroup, seed_groups
from core.results.study_verdict import StudyVerdict, study_verdict
from core.runs.run_state import RunState
from tui.charts.quantities import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The compared runs with their names and verdict, and how the user wants them shown.

    `at` is the position of the run that panels on one run show. With `single_seeds`, seeds of one network are
    shown one by one, too. `page` is what is plotted; in time, plots reach to `time_end` at least. With
    `all_classes` a confusion matrix of many has every class, not those alone that are confused most.
    """

    runs: tuple[LabelledRun, ...] = ()
    verdict: StudyVerdict = field(default_factory=partial(study_verdict, ()))
    at: int = 0
    page: Page = Page.COURSE
    by_time: bool = False
    time_end: float = 0.0
    log_y: bool = False
    large: bool = False
    single_seeds: bool = False
    all_classes: bool = False

    @property
    def groups(self) -> tuple[SeedGroup, ...]:
        """The networks that are compared, each with its seeds."""
        return seed_groups(self.runs)

    @property
    def repeated(self) -> bool:
        """Return whether there is a network in several seeds."""
        return len(self.groups) < len(self.runs)

    @property
    def columns(self) -> tuple[SeedGroup, ...]:
        """What tables have a column for: a network with its seeds, or every run by itself."""
        return tuple(SeedGroup((run,)) for run in self.runs) if self.single_seeds else self.groups

    @property
    def chosen(self) -> LabelledRun | None:
        """The run that panels on one run show; None where there is no run."""
        return self.runs[self.at] if self.runs else None

    @property
    def pictured(self) -> bool:
        """Return whether there are images that the chosen run misclassified."""
        found = self.chosen.state.misclassified if self.chosen else None
        return found is not None and bool(found.images)

    @property
    def class_count(self) -> int:
        """How many classes the chosen run's images have; 0 before it has told."""
        return (self.chosen.state.class_count or 0) if self.chosen else 0

    @property
    def column(self) -> SeedGroup | None:
        """The network, or the run by itself, that panels on one of them show."""
        return self.columns[self._column_at] if self.runs else None

    @property
    def next_at(self) -> int:
        """The position of the run to choose next: the first one of the next column."""
        following = self.columns[(self._column_at + 1) % len(self.columns)].runs[0]
        return next(at for at, run in enumerate(self.runs) if run is following)

    @property
    def position(self) -> str:
        """Say which of the columns the chosen one is; nothing where it is the only one."""
        if len(self.columns) < 2:  # noqa: PLR2004 - one has no position
            return ""
        what = "run" if len(self.columns) == len(self.runs) else "network"
        return f"{what} {self._column_at + 1} of {len(self.columns)}"

    @property
    def _column_at(self) -> int:
        chosen = self.runs[self.at]
        return next(at for at, column in enumerate(self.columns) if any(run is chosen for run in column.runs))


def named(states: Sequence[RunState]) -> tuple[LabelledRun, ...]:
    """Name the runs, fit for a terminal."""
    return tuple(map(_printable, label_runs(states)))


def _printable(run: LabelledRun) -> LabelledRun:
    """Return `run` with names that draw as they are long: a folder's or a class's may hold anything."""
    data = run.state.data
    if data is not None:
        classes = tuple(map(printable, data.classes))
        data = replace(data, label=printable(data.label), classes=classes)
    return replace(run, detail=printable(run.detail), state=replace(run.state, data=data))
