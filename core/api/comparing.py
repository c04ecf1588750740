"""What several runs come to beside each other: the figures and the verdict that screens and reports have."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import InputError
from core.results import comparison
from core.results.comparison import RunFigures
from core.results.labelled_runs import label_runs
from core.results.study_verdict import StudyVerdict, study_verdict
from core.runs.run_state import RunState


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of every run, in the order given, and the verdict on all of them.

    `verdict` has the standings, every pair's difference with its p-value and interval, and the words.
    """

    figures: tuple[RunFigures, ...]
    verdict: StudyVerdict

    def __str__(self) -> str:
        """Say it in words: who leads, every pair, and what to read it with."""
        return self.verdict.text


def compare(states: Iterable[RunState]) -> Comparison:
    """Compare runs, of one suite or of several; those of one network with several seeds count together.

    Raises:
        InputError: there is none.
    """
    runs = tuple(states)
    if not runs:
        raise InputError("compare: there is no run to compare; give at least one")
    return Comparison(comparison.compare(runs), study_verdict(label_runs(runs)))
