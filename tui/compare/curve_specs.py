"""What the comparison's plots show, worked out from the runs; of several seeds their mean and band."""

from dataclasses import replace
from typing import Final

from tui.charts.curve import ChartSpec, CurveStyle, Guide
from tui.charts.epoch_curves import Across, Part, epoch_spec
from tui.charts.quantities import Page, plots_of
from tui.charts.run_curves import Axis, accuracy_guides
from tui.compare.view import View
from tui.text.awaited import Awaited

PAGES: Final = tuple(page for page in Page if not page.of_one_run)
_ACCURACIES: Final = (
    Part("test", lambda result: 100 * result.test.accuracy if result.test else None, CurveStyle.MARKED),
    Part("training", lambda result: 100 * result.train.accuracy),
)
_LOSSES: Final = (
    Part("test", lambda result: result.test.loss if result.test else None, CurveStyle.MARKED),
    Part("training", lambda result: result.train.loss),
)
_GAP: Final = Part(
    "training minus test accuracy",
    lambda result: 100 * (result.train.accuracy - result.test.accuracy) if result.test else None,
    CurveStyle.MARKED,
)


def curve_specs(view: View) -> tuple[ChartSpec, ChartSpec]:
    """Show the two quantities that are looked at, of every run."""
    if view.page is Page.COURSE:
        return accuracy_spec(view), loss_spec(view)
    return plots_of(view.page, view.groups, view.chosen, _across(view), log_y=view.log_y)


def accuracy_spec(view: View) -> ChartSpec:
    """Show training and test accuracy of every run, in percent."""
    guides = tuple(accuracy_guides([run.state for run in view.runs]))
    spec = epoch_spec("accuracy", view.groups, _ACCURACIES, _across(view), Awaited.TEST)
    return replace(spec, guides=guides, percent=True)


def loss_spec(view: View) -> ChartSpec:
    """Show training and test loss of every run."""
    title = "loss, logarithmic" if view.log_y else "loss"
    spec = epoch_spec(title, view.groups, _LOSSES, _across(view), Awaited.TEST)
    return replace(spec, log_y=view.log_y)


def gap_spec(view: View) -> ChartSpec:
    """Show how many points training accuracy is above test accuracy, by epoch."""
    across = _across(replace(view, by_time=False))
    spec = epoch_spec("gap, points", view.groups, [_GAP], across, Awaited.TEST)
    return replace(spec, guides=(Guide(height=0.0, label="no gap", short="0", colour="foreground"),))


def _across(view: View) -> Across:
    axis = Axis.TIME if view.by_time else Axis.EPOCH
    return Across(axis=axis, time_end=view.time_end, single_seeds=view.single_seeds)
