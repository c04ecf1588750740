"""How cards, plots, watched images and the log share the screen where there is no study."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tui.train.study_layout import TALL

_BARS: Final = 3
_LEAST_WIDTH: Final = 80  # columns; in fewer, plots stand on each other and need the lines
_CHOICES: Final = (  # lines of the cards and of the log, and the fewest of the plots, frames included
    (7, 12, 18),
    (5, 5, 13),
)


@dataclass(frozen=True, slots=True)
class CardLayout:
    """How many lines cards, images and log have, frames included; the plots have what is left.

    Without `images`, the others are as the stylesheet has them.
    """

    cards: int
    images: int
    log: int


def card_layout(width: int, height: int, wanted: Callable[[int], int]) -> CardLayout:
    """Share out `width` columns and `height` lines; the images make use of `wanted` of some lines."""
    if width >= _LEAST_WIDTH and height >= TALL:
        for cards, log, plots in _CHOICES:
            if images := wanted(height - _BARS - cards - log - plots):
                return CardLayout(cards, images, log)
    return CardLayout(0, 0, 0)
