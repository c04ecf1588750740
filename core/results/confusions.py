"""Which classes a network takes for which."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from core.results.labelled_runs import LabelledRun


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """So many of a class's images were taken for another class."""

    true_class: str
    predicted_class: str
    count: int
    images: int

    @property
    def words(self) -> str:
        """Say it in one line."""
        return f"{self.true_class} → {self.predicted_class} {self.count:,} of {self.images:,}"


def pair_lines(pairs: Sequence[ConfusedPair], width: int, most_lines: int) -> list[str]:
    """Return as many pairs as fit, each in one line, side by side where there is room."""
    lines: list[str] = []
    for pair in pairs:
        longer = f"{lines[-1]} · {pair.words}" if lines else pair.words
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        elif len(lines) < most_lines:
            lines.append(pair.words)
        else:
            break
    return lines


def confusion_counts(runs: Sequence[LabelledRun]) -> tuple[tuple[int, ...], ...]:
    """Return the last evaluations' confusion matrices, rows true and columns predicted, added up."""
    matrices = [run.state.tests[-1].confusion for run in runs if run.state.tests]
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*matrices, strict=True))


def most_confused(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> tuple[ConfusedPair, ...]:
    """Return the confusions of an evaluation, `counts[true][predicted]`, the most frequent first."""
    pairs = [
        ConfusedPair(classes[true], classes[predicted], count, sum(row))
        for true, row in enumerate(counts)
        for predicted, count in enumerate(row)
        if count and predicted != true
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.count))
