"""The names of level lines, beside the plot where they hide no data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tui.charts.axis import Axis
from tui.charts.curve import Guide
from tui.charts.ink import QUIET, Ink, Piece

_PLOT_BESIDE_LABELS: Final = 60  # columns the plot keeps at least
_PLOT_BESIDE_SHORT: Final = 24
_GAP: Final = " "


@dataclass(frozen=True, slots=True)
class GuideLabels:
    """The labels there is room for, each with its guide; `width` is what they take, 0 where none fits."""

    labels: tuple[tuple[str, Guide], ...] = ()
    width: int = 0

    def pieces(self, y_axis: Axis, rows: int) -> list[Piece]:
        """Return a piece a row, from the top: each label beside its line, or a row off where two would meet.

        Of labels that would stand still farther from their lines, the last ones are left out.
        """
        lines = [rows - 1 - row for row in y_axis.cells((guide.height for _, guide in self.labels), rows)]
        places: dict[int, int] = {}
        for i in range(len(lines)):
            order = sorted((*places, i), key=lambda other: -self.labels[other][1].height)
            tried = dict(zip(order, _spread([lines[other] for other in order], rows), strict=True))
            if all(place >= 0 and abs(place - lines[other]) <= 1 for other, place in tried.items()):
                places = tried
        pieces = [Piece(" " * self.width, QUIET)] * rows
        for i, place in places.items():
            label, guide = self.labels[i]
            pieces[place] = Piece((_GAP + label).ljust(self.width), Ink(guide.colour))
        return pieces


def guide_labels(guides: Sequence[Guide], width: int) -> GuideLabels:
    """Choose the guides' labels, their short ones or none, for a plot of `width` columns with its labels."""
    choices = (
        (_PLOT_BESIDE_LABELS, tuple((guide.label, guide) for guide in guides)),
        (_PLOT_BESIDE_SHORT, tuple((guide.short, guide) for guide in guides)),
    )
    for least, labels in choices:
        needed = max((len(_GAP + label) for label, _ in labels), default=0)
        if width - needed >= least:
            return GuideLabels(labels, needed)
    return GuideLabels()


def _spread(places: Sequence[int], rows: int) -> list[int]:
    """Return ascending `places` moved down, then up, until no two are the same."""
    spread: list[int] = []
    for place in places:
        spread.append(max(place, spread[-1] + 1 if spread else 0))
    for i in reversed(range(len(spread))):
        spread[i] = min(spread[i], rows - len(spread) + i)
    return spread
