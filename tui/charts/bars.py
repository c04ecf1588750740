"""Accuracy by class as bars: grouped by class, or a column a network; of many, a line each, without bars."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from textwrap import wrap
from typing import Final

from rich.cells import cell_len

from core.results import number_format
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from tui.charts.class_words import class_words
from tui.charts.epoch_curves import states_of
from tui.charts.ink import PLAIN, QUIET, Ink, Line, Piece, fitted
from tui.charts.seed_curves import group_label
from tui.charts.short_names import told_apart
from tui.charts.signs import Signs
from tui.text.awaited import Awaited, awaited_words

_LONGEST_NAME: Final = 12
_LONGEST_LABEL: Final = 16
_GAP: Final = "  "
_NUMBER: Final = len("100.0%")
_SHORT_NUMBER: Final = len("100%")
_BESIDE_A_BAR: Final = 5  # columns a bar needs at least to be worth a decimal beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScores:
    """A network's mean share of correct predictions by class, 0 to 1; None where a class has no image."""

    label: str
    colour: str
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ClassTable:
    """The scores of networks that know the same classes; `left_out` runs know others.

    `numbers` are the classes' places among all, `empty` is what to say while there are none.
    """

    classes: tuple[str, ...] = ()
    runs: tuple[ClassScores, ...] = ()
    left_out: int = 0
    empty: str = ""
    numbers: tuple[int, ...] = ()


def class_table(groups: Sequence[SeedGroup]) -> ClassTable:
    """Take the last evaluation of each network, the mean over those of its seeds that count."""
    tested = [(group, [run for run in group.counted if run.state.tests[-1].confusion]) for group in groups]
    names = [_class_names(run) for _, runs in tested for run in runs]
    if not names:
        return ClassTable(empty=awaited_words(states_of(groups), Awaited.TEST))
    alike = [(group, [run for run in runs if _class_names(run) == names[0]]) for group, runs in tested]
    scores = tuple(
        ClassScores(label=group_label(group), colour=group.style.colour.name, shares=_means(runs))
        for group, runs in alike
        if runs
    )
    return ClassTable(names[0], scores, len(names) - sum(len(runs) for _, runs in alike))


def least_known_first(table: ClassTable) -> ClassTable:
    """Return `table` with the classes first that all its networks together know least."""

    def known(number: int) -> float:
        shares = [share for run in table.runs if (share := run.shares[number]) is not None]
        return fmean(shares) if shares else math.inf

    order = tuple(sorted(range(len(table.classes)), key=known))
    runs = (replace(run, shares=tuple(run.shares[number] for number in order)) for run in table.runs)
    classes = tuple(table.classes[number] for number in order)
    return replace(table, classes=classes, runs=tuple(runs), numbers=order)


def _class_names(run: LabelledRun) -> tuple[str, ...]:
    return tuple(map(run.class_name, range(len(run.state.tests[-1].confusion))))


def _means(runs: Sequence[LabelledRun]) -> tuple[float | None, ...]:
    by_class = zip(*(run.state.tests[-1].class_accuracy for run in runs), strict=True)
    known = ([share for share in shares if share is not None] for shares in by_class)
    return tuple(fmean(shares) if shares else None for shares in known)


def bar_lines(table: ClassTable, width: int, height: int, signs: Signs) -> list[Line]:
    """Return the bars' lines, as many as it takes."""
    if not table.runs:
        return [(Piece(line, QUIET),) for line in wrap(table.empty, max(width, 1))]
    heading, brief = _brief(table)
    between = len(table.runs) > 1
    if len(table.classes) * (len(table.runs) + between) + len(heading) <= height:
        short = all(cell_len(run.label) <= _LONGEST_LABEL for run in table.runs)
        lines = list(_grouped(table, width, signs)) if short else [*heading, *_grouped(brief, width, signs)]
    elif fitting := next((labelled for labelled in (table, brief) if _fit_beside(labelled, width)), None):
        lines = [*([] if fitting is table else heading), *_beside(fitting, width, signs)]
        if 2 * len(lines) - 1 <= height:
            lines = [part for line in lines for part in (line, ())][:-1]
    else:
        lines = [*heading, *_below(brief, width)]
    if table.left_out:
        lines.append((Piece(f"left out, with other classes: {table.left_out}", QUIET),))
    return lines


def head_count(table: ClassTable, width: int) -> int:
    """Return how many lines stay in sight where not all of them fit."""
    heading, brief = _brief(table)
    if _fit_beside(table, width):
        return 1
    return len(heading) + _fit_beside(brief, width)


def _brief(table: ClassTable) -> tuple[list[Line], ClassTable]:
    """Return the table with short labels, and what they share."""
    shared, labels = told_apart([run.label for run in table.runs])
    runs = (replace(run, label=label) for run, label in zip(table.runs, labels, strict=True))
    return [(Piece(shared, QUIET),)] if shared else [], replace(table, runs=tuple(runs))


def _fit_beside(table: ClassTable, width: int) -> bool:
    """Return whether a column a network has room for its label and its numbers."""
    name = min(max(map(cell_len, table.classes)), _LONGEST_NAME)
    needed = max(_SHORT_NUMBER, *(cell_len(run.label) for run in table.runs)) + len(_GAP)
    return name + needed * len(table.runs) <= width


def _below(table: ClassTable, width: int) -> Iterator[Line]:
    """Yield a line a network with a column a class; of more classes than fit, the others below."""
    label = max(cell_len(run.label) for run in table.runs)
    least = _SHORT_NUMBER + 1
    across = min(max((width - label) // least, 1), len(table.classes))
    column = max((width - label) // across, least)
    exact = column > _NUMBER
    for first in range(0, len(table.classes), across):
        if first:
            yield ()
        part = range(first, min(first + across, len(table.classes)))
        heads = (fitted(table.classes[i], min(cell_len(table.classes[i]), column - 1)) for i in part)
        yield Piece(" " * label, PLAIN), *(Piece(_right(head, column), PLAIN) for head in heads)
        for run in table.runs:
            numbers = (number_format.percent(run.shares[i], 1 if exact else 0) for i in part)
            yield (
                Piece(fitted(run.label, label), Ink(run.colour)),
                Piece("".join(_right(number, column) for number in numbers), PLAIN),
            )


def _right(words: str, width: int) -> str:
    return " " * (width - cell_len(words)) + words


def _grouped(table: ClassTable, width: int, signs: Signs) -> Iterator[Line]:
    """Yield a line a run under each other, class by class."""
    name = min(max(map(cell_len, table.classes)), _LONGEST_NAME)
    label = min(max(cell_len(run.label) for run in table.runs), _LONGEST_LABEL)
    room = width - name - label - _NUMBER - 3 * len(_GAP)
    for i, words in enumerate(_words(table, name)):
        for run in table.runs:
            first = run is table.runs[0]
            yield (
                Piece(fitted(words if first else "", name) + _GAP, PLAIN),
                Piece(fitted(run.label, label) + _GAP, Ink(run.colour)),
                Piece(number_format.percent(run.shares[i], 1).rjust(_NUMBER) + _GAP, PLAIN),
                Piece(_bar(run.shares[i], room, signs), Ink(run.colour)),
            )
        if len(table.runs) > 1:
            yield ()


def _beside(table: ClassTable, width: int, signs: Signs) -> Iterator[Line]:
    """Yield a line a class, with a column a run under its label."""
    name = min(max(map(cell_len, table.classes)), _LONGEST_NAME)
    column = max((width - name) // len(table.runs), len(_GAP) + _SHORT_NUMBER)
    exact = column >= len(_GAP) + _NUMBER + 1 + _BESIDE_A_BAR
    number = _NUMBER if exact else _SHORT_NUMBER
    room = column - len(_GAP) - number - 1
    blank = Piece(" " * name, PLAIN)
    yield (
        blank,
        *(Piece(_GAP + fitted(run.label, column - len(_GAP)), Ink(run.colour)) for run in table.runs),
    )
    for i, words in enumerate(_words(table, name)):
        line = [Piece(fitted(words, name), PLAIN)]
        for run in table.runs:
            share = number_format.percent(run.shares[i], 1 if exact else 0).rjust(number)
            line += [
                Piece(f"{_GAP}{share} ", PLAIN),
                Piece(_bar(run.shares[i], room, signs).ljust(room), Ink(run.colour)),
            ]
        yield tuple(line)


def _words(table: ClassTable, width: int) -> tuple[str, ...]:
    return class_words(table.classes, width, table.numbers or range(len(table.classes)))


def _bar(share: float | None, room: int, signs: Signs) -> str:
    """Return a bar that fills `room` columns at a share of 1."""
    eighths = round(8 * max(room, 0) * (share or 0))
    if signs.ascii_only:
        return "#" * round(eighths / 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
