"""Which classes a network takes for which."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rich.cells import cell_len

from core.results.cut_names import cut_inside
from core.results.labelled_runs import LabelledRun

Confusion = tuple[int, int, int]
"""A true class, a predicted one, both by their places, and how often the one was taken for the other."""
_LEAST_NAME: Final = 8  # columns


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
        return f"{self.true_class} → {self.predicted_class} {self._share}"

    def words_in(self, width: int) -> str:
        """Say it in `width` columns, with names cut in their middles where these are too long."""
        if cell_len(self.words) <= width:
            return self.words
        room = max((width - cell_len(f" →  {self._share}")) // 2, _LEAST_NAME)
        names = (cut_inside(name, room) for name in (self.true_class, self.predicted_class))
        return f"{' → '.join(names)} {self._share}"

    @property
    def _share(self) -> str:
        return f"{self.count:,} of {self.images:,}"


def pair_lines(pairs: Iterable[ConfusedPair], width: int, most_lines: int) -> list[str]:
    """Return as many pairs as fit, each in one line, side by side where there is room."""
    lines: list[str] = []
    for pair in pairs:
        words = pair.words_in(width)
        longer = f"{lines[-1]} · {words}" if lines else words
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        elif len(lines) < most_lines:
            lines.append(words)
        else:
            break
    return lines


def confusion_counts(runs: Sequence[LabelledRun]) -> tuple[tuple[int, ...], ...]:
    """Return the last evaluations' confusion matrices, rows true and columns predicted, added up."""
    matrices = [run.state.tests[-1].confusion for run in runs if run.state.tests]
    if len(matrices) == 1:
        return tuple(map(tuple, matrices[0]))
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*matrices, strict=True))


def by_frequency(counts: Sequence[Sequence[int]]) -> tuple[Confusion, ...]:
    """Return the confusions of an evaluation, `counts[true][predicted]`, the most frequent first."""
    found = [
        (true, predicted, count)
        for true, row in enumerate(counts)
        for predicted, count in enumerate(row)
        if count and predicted != true
    ]
    return tuple(sorted(found, key=lambda confusion: -confusion[2]))


def most_confused(
    classes: Sequence[str], counts: Sequence[Sequence[int]], found: Sequence[Confusion] | None = None
) -> Iterator[ConfusedPair]:
    """Yield the same in words; `found` are the confusions where they are known already."""
    for true, predicted, count in by_frequency(counts) if found is None else found:
        yield ConfusedPair(classes[true], classes[predicted], count, sum(counts[true]))


def confused_classes(found: Iterable[Confusion], classes: int, most: int) -> tuple[int, ...]:
    """Return the places of `most` of so many classes, in order: those of the most frequent confusions."""
    chosen: set[int] = set()
    for true, predicted, _ in found:
        if len(chosen | {true, predicted}) <= most:
            chosen |= {true, predicted}
        if len(chosen) == most:
            break
    rest = (number for number in range(classes) if number not in chosen)
    return tuple(sorted((*chosen, *islice(rest, most - len(chosen)))))
