"""The comparison's table as text: a row a figure, a column a network with its seeds."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev
from typing import Final

from core.results import number_format, table_notes
from core.results.comparison import Measure, RunFigures, has_flip_averages, leaders, measures, run_figures
from core.results.group_figures import group_figures
from core.results.outcome_text import outcome_words
from core.results.seed_groups import SeedGroup
from core.results.study_verdict import StudyVerdict
from core.runs.run_state import Outcome
from tui.charts.seed_curves import group_label

SEEDS: Final = (
    "Of several seeds it is the mean ± the standard deviation of one seed (with n - 1), where they differ."
)
_ENDED_EARLY: Final = (Outcome.DIVERGED, Outcome.FAILED, Outcome.LOST, Outcome.STOPPED)
_AGAINST_PUBLISHED: Final = Measure("", lambda run: run.against_published, number_format.points)

_VERDICTS: Final = {None: "limits cannot be judged", False: "limits broken", True: "limits"}


class Tone(StrEnum):
    """What a cell's text means, beyond its words."""

    PLAIN = "plain"
    BEST = "best"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Cell:
    """A column's figure in words."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of every column, in their order."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A network's figures: means, and those of its runs; `counted` are the runs that means are over."""

    group: SeedGroup
    mean: RunFigures
    runs: tuple[RunFigures, ...]
    counted: tuple[RunFigures, ...]


def column_of(group: SeedGroup) -> Column:
    """Work out the figures of a network, or of a run by itself."""
    runs = tuple(map(run_figures, group.runs))
    own = set(map(id, group.counted))
    counted = tuple(figures for run, figures in zip(group.runs, runs, strict=True) if id(run) in own)
    return Column(group, group_figures(group), runs, counted or runs[:1])


def figure_rows(columns: Sequence[Column], verdict: StudyVerdict) -> tuple[Row, ...]:
    """Return every figure the report compares runs by, how each stands first."""
    return tuple(_rows(columns, verdict))


def reading(columns: Sequence[Column]) -> tuple[str, ...]:
    """Say how to read the table."""
    seeds = (SEEDS,) if any(len(column.runs) > 1 for column in columns) else ()
    shared = table_notes.sharing([column.mean for column in columns])
    notes = (*shared, *seeds, table_notes.RESULT, table_notes.TRAINING, table_notes.LIMITS_TEXT)
    return (*notes, table_notes.FLIP_AVERAGES) if has_flip_averages(_counted(columns)) else notes


def remarks(columns: Sequence[Column]) -> tuple[str, ...]:
    """Say what the table has no room for: which limits were broken, and why a run ended early."""
    return tuple(_remarks(columns))


def _rows(columns: Sequence[Column], verdict: StudyVerdict) -> Iterator[Row]:
    means = [column.mean for column in columns]
    yield Row("State", tuple(map(_state, columns)))
    yield _plain("Epochs", columns, _epochs)
    yield Row("Limits", tuple(map(_limits, columns)))
    for measure in measures(_counted(columns)):
        best = leaders(measure, means, verdict)
        tones = (Tone.BEST if i in best else Tone.PLAIN for i in range(len(columns)))
        yield Row(measure.name, tuple(map(Cell, (_spread(measure, column) for column in columns), tones)))
        if measure.name == "Test accuracy, best epoch":
            yield _plain(
                "Best epoch", columns, lambda column: _range([run.best_epoch for run in column.counted])
            )
    if any(mean.published is not None for mean in means):
        published, against = "Published accuracy", "Against published, points"
        yield _plain(published, columns, lambda column: number_format.percent(column.mean.published))
        yield _plain(against, columns, lambda column: _spread(_AGAINST_PUBLISHED, column))


def _counted(columns: Sequence[Column]) -> list[RunFigures]:
    return [run for column in columns for run in column.counted]


def _plain(name: str, columns: Sequence[Column], text: Callable[[Column], str]) -> Row:
    return Row(name, tuple(Cell(text(column)) for column in columns))


def _spread(measure: Measure, column: Column) -> str:
    """Write a column's mean and, where its runs differ, their standard deviation."""
    values = [value for run in column.counted if (value := measure.value(run)) is not None]
    if len(set(values)) < 2:  # noqa: PLR2004 - one value has no deviation
        return measure.text(values[0] if values else None)
    if not all(map(math.isfinite, values)):
        return measure.text(math.nan)
    if measure.text is number_format.loss:
        return f"{fmean(values):.3f} ±{stdev(values):.3f}"
    return f"{measure.text(fmean(values))} ±{measure.text(stdev(values)).strip('+%')}"


def _range(numbers: Sequence[int | None]) -> str:
    known = sorted({number for number in numbers if number is not None})
    if len(known) > 1:
        return f"{known[0]}–{known[-1]}"
    return number_format.count(known[0] if known else None)


def _state(column: Column) -> Cell:
    states = Counter(run.outcome for run in column.runs)
    broken = any(outcome.is_bad for outcome in states)
    if len(states) == 1:
        return Cell(str(column.mean.outcome), Tone.BAD if broken else Tone.PLAIN)
    told = next((outcome for outcome in _ENDED_EARLY if outcome in states), Outcome.FINISHED)
    return Cell(f"{states[told]}/{len(column.runs)} {told}", Tone.BAD if broken else Tone.PLAIN)


def _epochs(column: Column) -> str:
    evaluated = _range([run.epochs_evaluated for run in column.counted])
    return f"{evaluated} of {number_format.count(column.mean.epochs_wanted)}"


def _limits(column: Column) -> Cell:
    if column.mean.verdict.met is None:
        return Cell("open")
    if column.mean.verdict.met:
        return Cell("✓ met, unverified") if column.mean.verdict.note else Cell("✓ met", Tone.GOOD)
    broken = sum(run.verdict.met is False for run in column.runs)
    part = f"✗ {broken} of {len(column.runs)}"
    return Cell(part if broken < len(column.runs) else "✗ broken", Tone.BAD)


def _remarks(columns: Sequence[Column]) -> Iterator[str]:
    speakers: dict[str, list[str]] = {}
    for column in columns:
        verdict = column.mean.verdict
        if verdict.reasons or verdict.note:
            words = f"{_VERDICTS[verdict.met]}: {verdict.words}"
            speakers.setdefault(words, []).append(group_label(column.group))
        for run in column.group.runs:
            if run.state.outcome.ended and run.state.outcome is not Outcome.FINISHED:
                speakers.setdefault(outcome_words(run.state), []).append(run.label)
    for words, labels in speakers.items():
        everyone = len(labels) == len(columns) > 1
        yield f"{words[0].upper()}{words[1:]}" if everyone else f"{'; '.join(labels)}: {words}"
