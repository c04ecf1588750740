"""The panels on classes: how well each is known by every network, and which are taken for which by one."""

from typing import Final

from textual.app import ComposeResult
from textual.widgets import Static

from core.results.confusions import ConfusedPair, most_confused, pair_lines
from tui.charts.bars import ClassBars
from tui.charts.epoch_curves import states_of
from tui.charts.heat_map import HeatMap, confusion_of
from tui.compare.panel import Panel
from tui.compare.view import View
from tui.text.awaited import Awaited, awaited_words

_MOST_LINES: Final = 3


class ClassesPanel(Panel, can_focus=False):
    """The accuracy of every network, class by class; of several seeds the mean."""

    def compose(self) -> ComposeResult:
        """Give the bars all there is."""
        yield ClassBars()

    def on_mount(self) -> None:
        """Name the panel."""
        self.add_class("frame")

    def show_view(self, view: View) -> None:
        """Draw the bars."""
        seeds = ", mean of the seeds" if len(view.columns) < len(view.runs) else ""
        self.border_title = f"test accuracy by class, last evaluation{seeds}"
        self.query_one(ClassBars).show(view.columns)


class ConfusionPanel(Panel, can_focus=False):
    """The confusion matrix of one network, and in words what it confuses most."""

    def __init__(self) -> None:
        super().__init__()
        self._pairs: tuple[ConfusedPair, ...] = ()

    def compose(self) -> ComposeResult:
        """Put the words below the matrix."""
        yield HeatMap()
        yield Static(id="pairs", markup=False)

    def on_mount(self) -> None:
        """Name the panel."""
        self.add_class("frame")
        self.border_title = "confusion matrix"

    def show_view(self, view: View) -> None:
        """Draw the matrix of the chosen network."""
        self.border_subtitle = view.position
        confusion = confusion_of(view.column) if view.column else None
        awaited = awaited_words(states_of([view.column]), Awaited.TEST) if view.column else ""
        self.query_one(HeatMap).show(confusion, "" if confusion else awaited)
        self._pairs = most_confused(confusion.classes, confusion.counts) if confusion else ()
        self._write_pairs()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._write_pairs()

    def _write_pairs(self) -> None:
        lines = pair_lines(self._pairs, self.content_size.width, _MOST_LINES)
        self.query_one("#pairs", Static).update("\n".join(["most confused:", *lines] if lines else []))
