"""What every panel of the comparison is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.report import RunFigures, compare
from core.report.labelled_runs import LabelledRun, label_runs
from core.run_state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The compared runs with their names and figures, and how the user wants them shown.

    `at` is the position of the run that panels on one run show.
    """

    runs: tuple[LabelledRun, ...] = ()
    figures: tuple[RunFigures, ...] = ()
    at: int = 0
    by_time: bool = False
    log_y: bool = False
    large: bool = False

    @property
    def chosen(self) -> LabelledRun | None:
        """The run that panels on one run show; None where there is no run."""
        return self.runs[self.at] if self.runs else None

    @property
    def position(self) -> str:
        """Say which of the runs the chosen one is; nothing where it is the only one."""
        return f"run {self.at + 1} of {len(self.runs)}" if len(self.runs) > 1 else ""


def figures_of(states: Sequence[RunState]) -> tuple[tuple[LabelledRun, ...], tuple[RunFigures, ...]]:
    """Name the runs and work out what they are compared by."""
    return label_runs(states), compare(states)
