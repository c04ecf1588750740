"""The panels on classes: how well each is known by every run, and which are taken for which by one."""

from typing import Final

from textual.app import ComposeResult
from textual.widgets import Static

from core.results.confusions import ConfusedPair, most_confused, pair_lines
from tui.charts.bars import ClassBars
from tui.charts.heat_map import HeatMap
from tui.compare.panel import Panel
from tui.compare.view import View

_MOST_LINES: Final = 3


class ClassesPanel(Panel, can_focus=False):
    """The accuracy of every run, class by class."""

    def compose(self) -> ComposeResult:
        """Give the bars all there is."""
        yield ClassBars()

    def on_mount(self) -> None:
        """Name the panel."""
        self.add_class("frame")
        self.border_title = "test accuracy by class, last evaluation"

    def show_view(self, view: View) -> None:
        """Draw the bars."""
        self.query_one(ClassBars).show(view.runs)


class ConfusionPanel(Panel, can_focus=False):
    """The confusion matrix of one run, and in words what it confuses most."""

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
        """Draw the matrix of the chosen run."""
        self.border_subtitle = view.position
        self.query_one(HeatMap).show(view.chosen)
        self._pairs = most_confused(view.chosen) if view.chosen else ()
        self._write_pairs()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._write_pairs()

    def _write_pairs(self) -> None:
        lines = pair_lines(self._pairs, self.content_size.width, _MOST_LINES)
        self.query_one("#pairs", Static).update("\n".join(["most confused:", *lines] if lines else []))
