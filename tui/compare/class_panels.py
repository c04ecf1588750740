"""The panels on classes: how well each is known by every network, and which are taken for which by one."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.widgets import Static

from core.results.confusions import most_confused, pair_lines
from core.results.seed_groups import SeedGroup
from tui.charts.class_bars import MOST_IN_ORDER, ClassBars
from tui.charts.confusion_cells import Confusion, confusion_of
from tui.charts.epoch_curves import states_of
from tui.charts.heat_map import MOST_WHOLE, HeatMap
from tui.compare.panel import Panel
from tui.compare.view import View
from tui.text.awaited import Awaited, awaited_words

_MOST_LINES: Final = 3
Seen = list[tuple[object, ...]]


def _seen_of(groups: Sequence[SeedGroup]) -> Seen:
    """Return what panels on classes are drawn from: of a thousand classes that takes a while."""
    return [
        (group.label, group.style, run.label, run.state.data, run.state.tests[-1])
        for group in groups
        for run in group.counted
    ]


class ClassesPanel(Panel, can_focus=False):
    """The accuracy of every network, class by class; of several seeds the mean."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Seen = []

    def compose(self) -> ComposeResult:
        """Give the bars all there is."""
        yield ClassBars()

    def on_mount(self) -> None:
        """Name the panel."""
        self.add_class("frame")

    def show_view(self, view: View) -> None:
        """Draw the bars."""
        seeds = ", mean of the seeds" if len(view.columns) < len(view.runs) else ""
        many = view.class_count > MOST_IN_ORDER
        what = "least known first" if many else "last evaluation"
        self.border_title = f"test accuracy by class, {what}{seeds}"
        self.border_subtitle = f"{view.class_count:,} classes" if many else ""
        seen = _seen_of(view.columns)
        if seen != self._seen or not seen:
            self._seen = seen
            self.query_one(ClassBars).show(view.columns)


class ConfusionPanel(Panel, can_focus=False):
    """The confusion matrix of one network, and in words what it confuses most."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Seen = []
        self._confusion: Confusion | None = None

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
        seen = _seen_of([view.column] if view.column else [])
        if seen != self._seen:
            self._seen, self._confusion = seen, confusion_of(view.column) if view.column else None
        empty = awaited_words(states_of([view.column]), Awaited.TEST) if view.column else ""
        heat_map = self.query_one(HeatMap)
        heat_map.show(self._confusion, "" if self._confusion else empty, whole=view.all_classes)
        self._write_pairs()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._write_pairs()

    def _write_pairs(self) -> None:
        shown, words = self._confusion, ""
        if shown is not None and shown.frequent:
            pairs = most_confused(shown.classes, shown.counts, shown.frequent)
            many = len(shown.classes) > MOST_WHOLE
            of_all = f" of {len(shown.frequent):,} pairs" if many else ""
            lines = pair_lines(pairs, self.content_size.width, _MOST_LINES)
            words = "\n".join([f"most confused{of_all}:", *lines])
        self.query_one("#pairs", Static).update(words)
