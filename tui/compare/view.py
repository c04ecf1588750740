"""What every panel of the comparison is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.results.comparison import RunFigures, compare
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.study_verdict import StudyVerdict, study_verdict
from core.runs.run_state import RunState
from tui.text.wording import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The compared runs with their names, figures and verdict, and how the user wants them shown.

    `at` is the position of the run that panels on one run show.
    """

    runs: tuple[LabelledRun, ...] = ()
    figures: tuple[RunFigures, ...] = ()
    verdict: StudyVerdict = field(default_factory=partial(study_verdict, ()))
    at: int = 0
    by_time: bool = False
    log_y: bool = False
    large: bool = False

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
    def position(self) -> str:
        """Say which of the runs the chosen one is; nothing where it is the only one."""
        return f"run {self.at + 1} of {len(self.runs)}" if len(self.runs) > 1 else ""


def figures_of(states: Sequence[RunState]) -> tuple[tuple[LabelledRun, ...], tuple[RunFigures, ...]]:
    """Name the runs, fit for a terminal, and work out what they are compared by."""
    return tuple(map(_printable, label_runs(states))), compare(states)


def _printable(run: LabelledRun) -> LabelledRun:
    """Return `run` with names that draw as they are long: a folder's or a class's may hold anything."""
    data = run.state.data
    if data is not None:
        classes = tuple(map(printable, data.classes))
        data = replace(data, label=printable(data.label), classes=classes)
    return replace(run, detail=printable(run.detail), state=replace(run.state, data=data))
