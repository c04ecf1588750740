"""Loss and accuracy of the runs, and how they are drawn."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal

from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.runs.run_state import RunState
from tui.charts.chart import Chart
from tui.charts.run_curves import Axis, accuracy_chart, loss_chart

_SMOOTHING: Final = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98)


class PlotsPanel(Horizontal):
    """Draws those of the two plots that are on the screen."""

    def __init__(self) -> None:
        super().__init__(id="plots")
        self._runs: tuple[RunState, ...] = ()
        self._axis = Axis.EPOCH
        self._log_y = False
        self._smoothing = 2
        self._single_seeds = False

    def compose(self) -> ComposeResult:
        """Put the loss before the accuracy."""
        yield Chart(id="loss", classes="frame")
        yield Chart(id="accuracy", classes="frame")

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Draw `runs` from now on."""
        self._runs = runs
        self._draw()

    def toggle_log(self) -> None:
        """Draw the loss on the other kind of axis."""
        self._log_y = not self._log_y
        self._draw()

    def toggle_axis(self) -> None:
        """Draw against time, or against epochs."""
        self._axis = Axis.EPOCH if self._axis is Axis.TIME else Axis.TIME
        self._draw()

    def smooth(self, by: int) -> None:
        """Smooth more or less."""
        self._smoothing += by
        self._draw()

    def toggle_seeds(self) -> None:
        """Draw every seed, or their means alone."""
        self._single_seeds = not self._single_seeds
        self._draw()

    def can_smooth(self, by: int) -> bool:
        """Return whether there is a degree of smoothing `by` further."""
        return 0 <= self._smoothing + by < len(_SMOOTHING)

    @property
    def has_seeds(self) -> bool:
        """Return whether some runs are one network's in several seeds."""
        return len(seed_groups(label_runs(self._runs))) < len(self._runs)

    @property
    def shows_loss(self) -> bool:
        """Return whether the loss is on the screen."""
        return self.display and self.query_one("#loss").display

    def _draw(self) -> None:
        runs, axis, smoothing = self._runs, self._axis, _SMOOTHING[self._smoothing]
        seeds, log_y = self._single_seeds, self._log_y
        loss, accuracy = self.query_one("#loss", Chart), self.query_one("#accuracy", Chart)
        if loss.display:
            loss.show(loss_chart(runs, axis=axis, smoothing=smoothing, log_y=log_y, single_seeds=seeds))
        if accuracy.display:
            accuracy.show(accuracy_chart(runs, axis=axis, smoothing=smoothing, single_seeds=seeds))
