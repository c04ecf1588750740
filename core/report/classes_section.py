"""What a network takes for what: its misclassified images, its classes, its confusion matrix."""

from collections.abc import Iterator, Sequence
from typing import Final

from core.report import markup
from core.report.class_names import names_note
from core.report.class_table import class_table
from core.report.epoch_log import seed_name
from core.report.picture_plan import (
    MOST_MISCLASSIFIED,
    MOST_NAMED_IN_CONFUSION,
    Picture,
    misclassifying_run,
    shown_misclassified,
)
from core.results import number_format
from core.results.confusions import ConfusedPair, by_frequency, confusion_counts, most_confused
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup

_MOST_IN_A_MATRIX: Final = 20  # classes
_MOST_PAIRS: Final = 20


def misclassified_images(group: SeedGroup, picture: Picture | None, folder: str) -> Iterator[str]:
    """Yield the misclassified images of the first seed that has some."""
    run = misclassifying_run(group)
    if run is not None and picture is not None:
        yield "### Misclassified images"
        who = f"the network with {seed_name(run)}" if len(group.runs) > 1 else "the network"
        many = len(run.class_names) > MOST_MISCLASSIFIED
        which = "the first ones of different classes" if many else "the first of each class, then the next"
        yield f"Test images {who} got wrong after its last epoch: {which}."
        yield picture_link(picture, folder)
        yield from names_note(run.class_names, _pictured(run))
    elif any(run.state.misclassified is not None for run in group.runs):
        yield "No test image was misclassified."


def classes(group: SeedGroup, picture: Picture | None, folder: str) -> Iterator[str]:
    """Yield how each class fared after the last evaluated epoch, over the seeds that count."""
    runs = group.counted
    if picture is None:
        return
    count = len(runs[0].state.tests[-1].confusion)
    after = f"after epoch {runs[0].state.tests[-1].epoch}"
    yield "### Classes"
    if len(runs) == 1:
        yield f"Test images {after}."
    else:
        yield f"Test images {after}, over {len(runs)} seeds; the confusion matrix adds them up."
    yield from class_table(runs)
    yield picture_link(picture, folder)
    if count <= MOST_NAMED_IN_CONFUSION:
        yield from _names_not_told(group, count)
    else:
        yield "A class's number is its place among all classes, from 0."
    if count <= _MOST_IN_A_MATRIX:
        yield markup.details("Confusion matrix as a table", _confusion_table(runs))
    else:
        yield from _confused_pairs(runs)


def _names_not_told(group: SeedGroup, count: int) -> Iterator[str]:
    """Yield which classes have a number in the matrix, where the misclassified images do not tell all."""
    names, run = group.counted[0].class_names, misclassifying_run(group)
    told = _pictured(run) if run else ()
    if names_note(names, set(range(count)).difference(told)):
        yield from names_note(names, range(count))


def _pictured(run: LabelledRun) -> tuple[int, ...]:
    """Return the classes that the picture of misclassified images names."""
    shown = shown_misclassified(run)
    return tuple(number for found in shown for number in (found.true_class, found.predicted_class))


def _confusion_table(runs: Sequence[LabelledRun]) -> str:
    counts = confusion_counts(runs)
    names = [markup.escaped(runs[0].class_name(index)) for index in range(len(counts))]
    rows = ([names[true], *map(str, row)] for true, row in enumerate(counts))
    return markup.table(("True / predicted", *names), rows)


def _confused_pairs(runs: Sequence[LabelledRun]) -> Iterator[str]:
    """Yield the most frequent confusions of a matrix that is too large to be read as a table."""
    counts = confusion_counts(runs)
    found = by_frequency(counts)
    if not found:
        return
    shown = most_confused(runs[0].class_names, counts, found[:_MOST_PAIRS])
    left = f", of {len(found):,} that there are" if len(found) > _MOST_PAIRS else ""
    yield f"What is most often taken for what{left}; a report in JSON has the whole matrix."
    yield markup.table(("Class", "Taken for", "Images", "Of the class"), map(_pair_row, shown), left=(0, 1))


def _pair_row(pair: ConfusedPair) -> list[str]:
    return [
        markup.escaped(pair.true_class),
        markup.escaped(pair.predicted_class),
        number_format.count(pair.count),
        number_format.percent(pair.count / pair.images, 1),
    ]


def picture_link(picture: Picture, folder: str) -> str:
    """Return `picture` of the report's folder of pictures, with its words."""
    return markup.image(picture.alternative, f"{folder}/{picture.file}")
