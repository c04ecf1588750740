"""The panel of mistakes: test images that one run took for something else."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Container, ItemGrid, Vertical
from textual.content import Content
from textual.widgets import Static

from core.results import number_format
from core.results.cut_names import cut_inside
from core.results.labelled_runs import LabelledRun
from core.runs.events import Misclassified
from tui.charts.picture import LARGE, SMALL, Picture
from tui.compare.panel import Panel
from tui.compare.view import View

_GAP: Final = 1
_WORDS: Final = SMALL.width  # columns of a line below an image; a large one has room for two side by side
_SIGN: Final = 2


class Mistake(Vertical):
    """One image, and below it what it shows and what the run took it for."""

    def __init__(self, found: Misclassified, true_class: str, predicted_class: str) -> None:
        super().__init__()
        self._found = found
        self._true_class = true_class
        self._predicted_class = predicted_class

    def compose(self) -> ComposeResult:
        """Put the words below the image."""
        yield Picture(self._found)
        sure = f" {number_format.percent(self._found.confidence, 0)}"
        true = cut_inside(self._true_class, _WORDS - _SIGN)
        predicted = cut_inside(self._predicted_class, _WORDS - _SIGN - len(sure))
        with Container(classes="words"):
            yield Static(Content.assemble(("✓ ", "$success"), true))
            yield Static(Content.assemble(("✗ ", "$error"), predicted, (sure, "$foreground 60%")))


class MistakesPanel(Panel):
    """Misclassified test images, as many as the run kept."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Hold the images, in as many columns as there is room for."""
        yield Static(id="no-mistakes")
        yield ItemGrid(min_column_width=SMALL.width + _GAP, stretch_height=False)

    def on_mount(self) -> None:
        """Frame the panel."""
        self.add_class("frame")

    def show_view(self, view: View) -> None:
        """Draw the images of the chosen run."""
        self.border_title = Content(f"mistakes: {view.chosen.label}" if view.chosen else "mistakes")
        self.border_subtitle = f"✓ is  ✗ taken for, how sure{view.position and '  '}{view.position}"
        grid = self.query_one(ItemGrid)
        self.set_class(view.large, "-large")
        size = LARGE if view.large else SMALL
        grid.min_column_width = grid.max_column_width = size.width + _GAP
        found = view.chosen.state.misclassified if view.chosen else None
        shown = (view.chosen and view.chosen.label, found)
        if shown != self._shown:
            self._shown = shown
            grid.remove_children()
            if view.chosen is not None and found is not None:
                grid.mount(*(_mistake(view.chosen, one) for one in found.images))
            words = self.query_one("#no-mistakes", Static)
            words.update(_words(view.chosen))
            words.display = found is None or not found.images
            self.scroll_home(animate=False)


def _mistake(run: LabelledRun, found: Misclassified) -> Mistake:
    return Mistake(found, run.class_name(found.true_class), run.class_name(found.predicted_class))


def _words(run: LabelledRun | None) -> str:
    """Say why there is no image; nothing where there are some."""
    if run is None or run.state.misclassified is None:
        return "the misclassified images are kept at the end of a run"
    return "" if run.state.misclassified.images else "no test image was misclassified"
