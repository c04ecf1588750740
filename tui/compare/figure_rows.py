"""The comparison's table as text: a row a figure, a column a run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.results import number_format, table_notes
from core.results.comparison import RunFigures, has_flip_averages, leaders, measures
from core.results.labelled_runs import LabelledRun
from core.results.outcome_text import outcome_words
from core.results.study_verdict import StudyVerdict
from core.runs.run_state import Outcome

_VERDICTS: Final = {None: "limits cannot be judged", False: "limits broken", True: "limits"}


class Tone(StrEnum):
    """What a cell's text means, beyond its words."""

    PLAIN = "plain"
    BEST = "best"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Cell:
    """A run's figure in words."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of every run, in the order of the runs."""

    name: str
    cells: tuple[Cell, ...]


def figure_rows(figures: Sequence[RunFigures], verdict: StudyVerdict) -> tuple[Row, ...]:
    """Return every figure the report compares runs by, how each run stands first."""
    return tuple(_rows(figures, verdict))


def reading(figures: Sequence[RunFigures]) -> tuple[str, ...]:
    """Say how to read the table."""
    notes = (table_notes.RESULT, table_notes.TRAINING, table_notes.LIMITS_TEXT)
    return (*notes, table_notes.FLIP_AVERAGES) if has_flip_averages(figures) else notes


def remarks(runs: Sequence[LabelledRun], figures: Sequence[RunFigures]) -> tuple[str, ...]:
    """Say what the table has no room for: which limits a run broke, and why one ended early."""
    return tuple(_remarks(runs, figures))


def _rows(figures: Sequence[RunFigures], verdict: StudyVerdict) -> Iterator[Row]:
    yield Row("State", tuple(map(_state, figures)))
    yield Row("Epochs", tuple(Cell(_epochs(run)) for run in figures))
    yield Row("Limits", tuple(map(_limits, figures)))
    for measure in measures(figures):
        best = leaders(measure, figures, verdict)
        tones = (Tone.BEST if i in best else Tone.PLAIN for i in range(len(figures)))
        texts = (measure.text(measure.value(run)) for run in figures)
        yield Row(measure.name, tuple(map(Cell, texts, tones)))
        if measure.name == "Test accuracy, best epoch":
            yield _plain("Best epoch", figures, lambda run: number_format.count(run.best_epoch))
    if any(run.published is not None for run in figures):
        yield _plain("Published accuracy", figures, lambda run: number_format.percent(run.published))
        yield _plain(
            "Against published, points", figures, lambda run: number_format.points(run.against_published)
        )


def _plain(name: str, figures: Sequence[RunFigures], text: Callable[[RunFigures], str]) -> Row:
    return Row(name, tuple(Cell(text(run)) for run in figures))


def _state(run: RunFigures) -> Cell:
    broken = run.outcome in {Outcome.FAILED, Outcome.LOST}
    return Cell(str(run.outcome), Tone.BAD if broken else Tone.PLAIN)


def _epochs(run: RunFigures) -> str:
    return f"{run.epochs_evaluated} of {number_format.count(run.epochs_wanted)}"


def _limits(run: RunFigures) -> Cell:
    if run.verdict.met is None:
        return Cell("open")
    if not run.verdict.met:
        return Cell("✗ broken", Tone.BAD)
    return Cell("✓ met, unverified") if run.verdict.note else Cell("✓ met", Tone.GOOD)


def _remarks(runs: Sequence[LabelledRun], figures: Sequence[RunFigures]) -> Iterator[str]:
    speakers: dict[str, list[str]] = {}
    for run, own in zip(runs, figures, strict=True):
        if own.verdict.reasons or own.verdict.note:
            speakers.setdefault(f"{_VERDICTS[own.verdict.met]}: {own.verdict.words}", []).append(run.label)
        if run.state.outcome.ended and run.state.outcome is not Outcome.FINISHED:
            speakers.setdefault(outcome_words(run.state), []).append(run.label)
    for words, labels in speakers.items():
        everyone = len(labels) == len(runs) > 1
        yield f"{words[0].upper()}{words[1:]}" if everyone else f"{'; '.join(labels)}: {words}"
