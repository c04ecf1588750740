"""The comparison's panels, and which of them share the screen."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from textual.geometry import Size

from tui.compare.chart_panels import CurvesPanel, GapPanel
from tui.compare.class_panels import ClassesPanel, ConfusionPanel
from tui.compare.mistakes_panel import MistakesPanel
from tui.compare.panel import Panel
from tui.compare.table_panel import TablePanel

_TWO: Final = Size(120, 36)
_ALL: Final = Size(180, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelKind:
    """A panel: its title, how it is made, and what it is.

    `plots` tells that it waits for its turn while a suite trains, `curves` that axes can be changed,
    `of_one_run` that it shows one run at a time, `pictures` that it draws images, `matrix` that of many
    classes it shows a part first.
    """

    title: str
    make: Callable[[], Panel]
    plots: bool = True
    curves: bool = False
    of_one_run: bool = False
    pictures: bool = False
    matrix: bool = False


PANELS: Final = (
    PanelKind(title="Figures", make=TablePanel, plots=False),
    PanelKind(title="Curves", make=CurvesPanel, curves=True),
    PanelKind(title="Gap", make=GapPanel),
    PanelKind(title="Classes", make=ClassesPanel),
    PanelKind(title="Confusion", make=ConfusionPanel, of_one_run=True, matrix=True),
    PanelKind(title="Mistakes", make=MistakesPanel, of_one_run=True, pictures=True),
)


class Room(StrEnum):
    """How many panels the screen has room for."""

    ONE = "one"
    TWO = "two"
    ALL = "all"

    @property
    def pages(self) -> tuple[tuple[int, ...], ...]:
        """The positions of the panels that are shown together."""
        many = {Room.ONE: 1, Room.TWO: 2, Room.ALL: len(PANELS)}[self]
        return tuple(tuple(range(len(PANELS)))[first : first + many] for first in range(0, len(PANELS), many))


def room_on(size: Size) -> Room:
    """Tell how many panels a screen of `size` cells has room for."""
    for room, least in ((Room.ALL, _ALL), (Room.TWO, _TWO)):
        if size.width >= least.width and size.height >= least.height:
            return room
    return Room.ONE
