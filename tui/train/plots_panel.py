"""Two plots of the runs, loss and accuracy at first, and how they are drawn."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal

from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import seed_groups
from core.runs.run_state import RunState
from tui.charts.chart import Chart
from tui.charts.curve import ChartSpec
from tui.charts.epoch_curves import Across
from tui.charts.quantities import Page, plots_of
from tui.charts.run_curves import Axis, accuracy_chart, loss_chart
from tui.charts.time_end import SteadyEnd

_SMOOTHING: Final = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98)
_PAGES: Final = tuple(Page)


class PlotsPanel(Horizontal):
    """Draws those of the two plots that are on the screen."""

    def __init__(self) -> None:
        super().__init__(id="plots")
        self._runs: tuple[RunState, ...] = ()
        self._chosen: str = ""
        self._page = Page.COURSE
        self._axis = Axis.EPOCH
        self._time_end = SteadyEnd()
        self._logarithmic = {Page.LAYERS}  # of them, the first and the last are often far apart
        self._smoothing = 2
        self._single_seeds = False

    def compose(self) -> ComposeResult:
        """Put the loss before the accuracy."""
        yield Chart(id="loss", classes="frame")
        yield Chart(id="accuracy", classes="frame")

    def begin(self) -> None:
        """Look at all there is again, and at every curve: another suite is shown."""
        self._time_end = SteadyEnd()
        for chart in self.query(Chart):
            chart.forget()

    def show(self, runs: tuple[RunState, ...], chosen: str) -> None:
        """Draw `runs` from now on; where a plot is of one run, the one named `chosen`."""
        self._runs, self._chosen = runs, chosen
        self._draw()

    def turn(self, by: int) -> None:
        """Draw other quantities."""
        self._page = _PAGES[(_PAGES.index(self._page) + by) % len(_PAGES)]
        self._draw()

    def toggle_log(self) -> None:
        """Draw what can be on the other kind of axis."""
        self._logarithmic ^= {self._page}
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
        return self._page is Page.COURSE and 0 <= self._smoothing + by < len(_SMOOTHING)

    @property
    def has_seeds(self) -> bool:
        """Return whether some runs are one network's in several seeds."""
        return len(seed_groups(label_runs(self._runs))) < len(self._runs)

    @property
    def has_log(self) -> bool:
        """Return whether there is a plot that can be drawn on a logarithmic axis."""
        shown = self.display and (self.query_one("#loss").display or self._page in {Page.NORMS, Page.LAYERS})
        return shown and self._page.has_log

    @property
    def of_one_run(self) -> bool:
        """Return whether the chosen run alone is drawn."""
        return self._page.of_one_run

    def _draw(self) -> None:
        for chart, spec in zip(self.query(Chart), self._specs(), strict=True):
            if chart.display:
                chart.show(spec)

    def _specs(self) -> tuple[ChartSpec, ChartSpec]:
        runs, axis, log_y = self._runs, self._axis, self._page in self._logarithmic
        end, seeds = self._time_end.of(runs), self._single_seeds
        if self._page is Page.COURSE:
            smoothing = _SMOOTHING[self._smoothing]
            return (
                loss_chart(
                    runs, axis=axis, smoothing=smoothing, log_y=log_y, single_seeds=seeds, time_end=end
                ),
                accuracy_chart(runs, axis=axis, smoothing=smoothing, single_seeds=seeds, time_end=end),
            )
        labelled = label_runs(runs)
        across = Across(axis=axis, time_end=end, single_seeds=seeds)
        return plots_of(self._page, seed_groups(labelled), self._chosen_of(labelled), across, log_y=log_y)

    def _chosen_of(self, runs: tuple[LabelledRun, ...]) -> LabelledRun | None:
        return next((run for run in runs if run.state.name == self._chosen), None)
