"""The table of how each class fared: of many classes, those that are known least and best."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from core.report import markup
from core.report.picture_plan import MOST_NAMED_IN_CONFUSION
from core.results import number_format
from core.results.labelled_runs import LabelledRun

_MOST: Final = 40  # classes that are all told
_LEAST_KNOWN, _BEST_KNOWN = 20, 10


@dataclass(frozen=True, slots=True)
class _Class:
    """A class's place and cells, without its name, and its accuracy, None where it has no image."""

    number: int
    accuracy: float | None
    cells: tuple[str, ...]


def class_table(runs: Sequence[LabelledRun]) -> Iterator[str]:
    """Yield the table of the last evaluation of `runs`, one or several seeds; what is left out is said."""
    single = len(runs) == 1
    found = tuple(_of_one(runs[0]) if single else _of_seeds(runs))
    head = ("Right", "Accuracy") if single else ("Accuracy, mean", "lowest seed", "highest seed")
    numbered = len(found) > MOST_NAMED_IN_CONFUSION
    header = ("Class", *["Number"] * numbered, "Images", *head)

    def row(one: _Class) -> tuple[str, ...]:
        name = markup.escaped(runs[0].class_name(one.number))
        return (name, *[str(one.number)] * numbered, *one.cells)

    if len(found) <= _MOST:
        yield markup.table(header, map(row, found))
        return
    known = sorted((one for one in found if one.accuracy is not None), key=lambda one: one.accuracy or 0.0)
    least, best = known[:_LEAST_KNOWN], known[_LEAST_KNOWN:][-_BEST_KNOWN:]
    more = (f"… {len(found) - len(least) - len(best):,} more", *[""] * (len(header) - 1))
    yield (
        f"Of {len(found):,} classes, the {len(least)} that it knows least and the {len(best)} that it knows "
        "best; a report in JSON has all."
    )
    yield markup.table(header, (*map(row, least), more, *map(row, best)))


def _of_one(run: LabelledRun) -> Iterator[_Class]:
    test = run.state.tests[-1]
    for number, (accuracy, row) in enumerate(zip(test.class_accuracy, test.confusion, strict=True)):
        counts = number_format.count(sum(row)), number_format.count(row[number])
        yield _Class(number, accuracy, (*counts, number_format.percent(accuracy)))


def _of_seeds(runs: Sequence[LabelledRun]) -> Iterator[_Class]:
    tests = [run.state.tests[-1] for run in runs]
    images = map(sum, tests[0].confusion)
    by_class = zip(*(test.class_accuracy for test in tests), strict=True)
    for number, (count, accuracies) in enumerate(zip(images, by_class, strict=True)):
        known = [accuracy for accuracy in accuracies if accuracy is not None]
        figures = (fmean(known), min(known), max(known)) if known else (None, None, None)
        cells = (number_format.count(count), *map(number_format.percent, figures))
        yield _Class(number, figures[0], cells)
