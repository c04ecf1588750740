"""The panels of plots: accuracy and loss over all runs, and the generalization gap."""

from textual.app import ComposeResult

from tui.charts.chart import Chart
from tui.compare.curve_specs import curve_specs, gap_spec
from tui.compare.panel import Panel
from tui.compare.view import View


class CurvesPanel(Panel, can_focus=False, inherit_bindings=False):
    """Accuracy and loss of every run at first, or other quantities; up and down go from plot to plot."""

    def compose(self) -> ComposeResult:
        """Put the plots one after the other."""
        yield Chart(id="accuracy")
        yield Chart(id="loss")

    def show_view(self, view: View) -> None:
        """Draw both plots."""
        for chart, spec in zip(self.query(Chart), curve_specs(view), strict=True):
            chart.show(spec)


class GapPanel(Panel, can_focus=False):
    """How far training accuracy is above test accuracy, epoch by epoch."""

    def compose(self) -> ComposeResult:
        """Give the plot all there is."""
        yield Chart()

    def show_view(self, view: View) -> None:
        """Draw the plot."""
        self.query_one(Chart).show(gap_spec(view))
