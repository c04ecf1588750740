"""What stands beside a plot, where it hides no data: at each curve's end whose it is, and its last value.

Level lines are named there too, as far as there is room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tui.charts.axis import Axis
from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.ink import QUIET, Ink, Piece
from tui.charts.short_names import told_apart
from tui.charts.signs import Signs
from tui.charts.value_words import brief_words, value_words

_PLOT_BESIDE_ALL: Final = 60  # columns that the plot keeps at least
_PLOT_BESIDE_UNITS: Final = 34
_PLOT_BESIDE_NAMES: Final = 27  # a column for each of 20 epochs, and the left axis
_PLOT_BESIDE_MARKS: Final = 24
_NAMES_SHARE: Final = 3  # names take at most every third column
_GAP: Final = " "
_OFF_ITS_LINE: Final = 1  # rows that the name of a level line may stand off it


@dataclass(frozen=True, slots=True)
class SideLabel:
    """A word at `height`; one that is `loose` may stand farther off, rather than not at all."""

    height: float
    text: str
    ink: Ink
    loose: bool = False


@dataclass(frozen=True, slots=True)
class SideLabels:
    """The labels there is room for; `width` is what they take, 0 where none fits."""

    labels: tuple[SideLabel, ...] = ()
    width: int = 0

    @property
    def blank(self) -> Piece:
        """What stands where there is no label."""
        return Piece(" " * self.width, QUIET)

    def pieces(self, y_axis: Axis, rows: int) -> list[Piece]:
        """Return a piece a row, from the top: each label at its height, or beside others that are there.

        Those of curves keep their order from above; a level line's name is left out where it would stand
        off its line, or move another.
        """
        lines = [rows - 1 - row for row in y_axis.cells((label.height for label in self.labels), rows)]
        places: dict[int, int] = {}
        for i in self._in_turn(rows):
            label = self.labels[i]
            if not 0 <= lines[i] < rows:
                continue  # out of what is looked at
            order = sorted((*places, i), key=lambda other: -self.labels[other].height)
            tried = dict(zip(order, _spread([lines[other] for other in order], rows), strict=True))
            if min(tried.values()) >= 0 and (label.loose or self._calm(tried, places, lines)):
                places = tried
        pieces = [self.blank] * rows
        for i, place in places.items():
            pieces[place] = Piece((_GAP + self.labels[i].text).ljust(self.width), self.labels[i].ink)
        return pieces

    def _in_turn(self, rows: int) -> list[int]:
        """Return the labels as they are placed: of more curves than rows, the outermost first."""
        loose = [i for i, label in enumerate(self.labels) if label.loose]
        others = [i for i, label in enumerate(self.labels) if not label.loose]
        return [*(halved(loose) if len(loose) > rows else loose), *others]

    def _calm(self, tried: dict[int, int], places: dict[int, int], lines: Sequence[int]) -> bool:
        """Tell whether level lines are still named beside them, and the curves where they were."""
        return all(
            places.get(at) == place if self.labels[at].loose else abs(place - lines[at]) <= _OFF_ITS_LINE
            for at, place in tried.items()
        )


def side_labels(spec: ChartSpec, curves: Sequence[Curve], signs: Signs, width: int) -> SideLabels:
    """Choose the labels of `curves` and of guides, as long as fits beside a plot, for `width` columns."""
    ends = _ends(curves)
    names = [curve.short_label for curve in ends]
    _, own = told_apart(names)
    values = [value_words(curve.ys[-1], percent=spec.percent) for curve in ends]
    briefs = [brief_words(curve.ys[-1], percent=spec.percent) for curve in ends]
    marks = [signs.pen(curve) for curve in ends]
    long, short = ([guide.label for guide in spec.guides], [guide.short for guide in spec.guides])
    choices = (
        (_PLOT_BESIDE_ALL, names, values, long),
        (_PLOT_BESIDE_UNITS, names, values, short),
        (_PLOT_BESIDE_NAMES, names, briefs, short),
        (_PLOT_BESIDE_NAMES, own, briefs, short),
        (_PLOT_BESIDE_MARKS, marks, briefs, short),
    )
    for least, words, numbers, guides in choices:
        texts = [f"{word} {number}" for word, number in zip(words, numbers, strict=True)]
        needed = max((len(_GAP + text) for text in (*texts, *guides)), default=0)
        if width - needed >= least and (words is marks or needed * _NAMES_SHARE <= width):
            labels = [
                SideLabel(curve.ys[-1], text, _ink(curve), loose=True)
                for curve, text in zip(ends, texts, strict=True)
            ]
            labels += [
                SideLabel(guide.height, text, Ink(guide.colour))
                for guide, text in zip(spec.guides, guides, strict=True)
            ]
            return SideLabels(tuple(labels), needed)
    return SideLabels()


def _ends(curves: Sequence[Curve]) -> list[Curve]:
    """Return the curve of each label whose end is named: the marked one, before it begins the line."""
    chosen: dict[str, Curve] = {}
    for curve in curves:
        if curve.style.leads or (curve.style is CurveStyle.LINE and curve.label not in chosen):
            chosen[curve.label] = curve
    return list(chosen.values())


def _ink(curve: Curve) -> Ink:
    return Ink(curve.colour, dim=not curve.style.leads)


def halved(numbers: Sequence[int]) -> list[int]:
    """Return `numbers` in the order of an ever finer choice: the ends, the middle, the middles of halves."""
    count = len(numbers) - 1
    steps = [max(count >> halvings, 1) for halvings in range(len(numbers).bit_length())]
    return list(dict.fromkeys(numbers[place] for step in steps for place in (*range(0, count, step), count)))


def _spread(places: Sequence[int], rows: int) -> list[int]:
    """Return ascending `places` moved down, then up, until no two are the same."""
    spread: list[int] = []
    for place in places:
        spread.append(max(place, spread[-1] + 1 if spread else 0))
    for i in reversed(range(len(spread))):
        spread[i] = min(spread[i], rows - len(spread) + i)
    return spread
