"""The report's table of all runs side by side, and the pictures that show them together."""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from core.report import markup
from core.report.picture_plan import overlay_pictures
from core.results import number_format, table_notes
from core.results.comparison import RunFigures, leaders, measures, run_figures
from core.results.seed_groups import SeedGroup
from core.results.study_verdict import StudyVerdict
from core.results.total_time import total_time

_ON_BOLD: Final = "Bold is the best value, where that is beyond luck."
_ON_MEANS: Final = "Of several seeds the figures are means."
_MOST_COLUMNS: Final = 6  # networks; more are rows
_ACCURACY: Final = "Test accuracy, last epoch"
_BEST_EPOCH: Final = "Test accuracy, best epoch"


def comparison_section(
    groups: Sequence[SeedGroup], figures: Sequence[RunFigures], verdict: StudyVerdict, folder: str
) -> tuple[str, ...]:
    """Return the networks side by side, and the pictures in `folder` that show them together."""
    pictures = overlay_pictures(groups)
    shown = [markup.image(picture.alternative, f"{folder}/{picture.file}") for picture in pictures]
    several = any(len(group.runs) > 1 for group in groups)
    return (
        "## Comparison",
        _table([("", *(markup.escaped(group.label) for group in groups)), *_rows(groups, figures, verdict)]),
        " ".join([_ON_BOLD, *[_ON_MEANS] * several, table_notes.TRAINING, *_sharing(figures)]),
        *(shown or ["No epoch has been evaluated yet, so there is no curve to draw."]),
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Return `rows`, a figure each, as a table; turned over where the networks are too many for columns."""
    header, *body = rows if len(rows[0]) <= _MOST_COLUMNS + 1 else zip(*rows, strict=True)
    return markup.table(header, body)


def _rows(
    groups: Sequence[SeedGroup], figures: Sequence[RunFigures], verdict: StudyVerdict
) -> Iterator[tuple[str, ...]]:
    for measure in measures(figures):
        texts = [measure.text(measure.value(own)) for own in figures]
        if measure.name == _BEST_EPOCH:
            yield f"{measure.name} (chosen on the test images, no result)", *map(_best, figures)
            continue
        yield measure.name, *_marked(texts, leaders(measure, figures, verdict))
        if measure.name == _ACCURACY and any(len(group.counted) > 1 for group in groups):
            yield "Test accuracy, lowest to highest seed", *map(accuracy_range, groups)
    whole = "Training and evaluation, in all"
    several = any(len(group.runs) > 1 for group in groups)
    shared = any(own.side_by_side for own in figures)
    yield f"{whole}{', seeds added up' * several}{', shared' * shared}", *map(_duration, groups)


def _sharing(figures: Sequence[RunFigures]) -> Iterator[str]:
    return map(markup.escaped, table_notes.sharing(figures))


def _marked(texts: Sequence[str], best: Container[int]) -> list[str]:
    """Return the texts of a row, those at the places `best` in bold: the only bold type of a report."""
    return [f"**{text}**" if place in best else text for place, text in enumerate(texts)]


def accuracy_range(group: SeedGroup) -> str:
    """Return the lowest and the highest test accuracy of the seeds that count."""
    accuracies = [own for run in group.counted if (own := run_figures(run).last_accuracy) is not None]
    if not accuracies:
        return number_format.NO_VALUE
    low, high = map(number_format.percent, (min(accuracies), max(accuracies)))
    return low if len(accuracies) == 1 else f"{low} to {high}"


def _best(figures: RunFigures) -> str:
    """Return the highest accuracy of all epochs and, of one run, when that was; never in bold."""
    share = number_format.percent(figures.best_accuracy)
    return share if figures.best_epoch is None else f"{share} (epoch {figures.best_epoch})"


def _duration(group: SeedGroup) -> str:
    return number_format.duration(total_time(run.state for run in group.runs).seconds or None)
