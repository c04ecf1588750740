"""What the comparison's plots show, worked out from the runs; of several seeds their mean and band."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series
from core.runs.elapsed import elapsed
from core.runs.run_state import EpochResult
from tui.charts.curve import ChartSpec, Curve, CurveStyle, Guide
from tui.charts.run_curves import Axis, accuracy_guides, divergences, last_epoch
from tui.charts.seed_curves import band, mean_curve, single_curves
from tui.compare.view import View

_EMPTY: Final = "no epoch has been evaluated yet"


@dataclass(frozen=True, slots=True)
class _Part:
    """What is drawn of every epoch, where it is known."""

    name: str
    value: Callable[[EpochResult], float | None]
    style: CurveStyle = CurveStyle.LINE


_ACCURACIES: Final = (
    _Part("test", lambda result: 100 * result.test.accuracy if result.test else None, CurveStyle.MARKED),
    _Part("training", lambda result: 100 * result.train.accuracy),
)
_LOSSES: Final = (
    _Part("test", lambda result: result.test.loss if result.test else None, CurveStyle.MARKED),
    _Part("training", lambda result: result.train.loss),
)
_GAP: Final = _Part(
    "training minus test accuracy",
    lambda result: 100 * (result.train.accuracy - result.test.accuracy) if result.test else None,
    CurveStyle.MARKED,
)


def accuracy_spec(view: View) -> ChartSpec:
    """Show training and test accuracy of every run, in percent."""
    guides = tuple(accuracy_guides([run.state for run in view.runs]))
    return replace(_spec(view, "accuracy", *_ACCURACIES), guides=guides, percent=True)


def loss_spec(view: View) -> ChartSpec:
    """Show training and test loss of every run."""
    title = "loss, logarithmic" if view.log_y else "loss"
    return replace(_spec(view, title, *_LOSSES), log_y=view.log_y)


def gap_spec(view: View) -> ChartSpec:
    """Show how many points training accuracy is above test accuracy, by epoch."""
    spec = _spec(replace(view, by_time=False), "gap, points", _GAP)
    return replace(spec, guides=(Guide(height=0.0, label="no gap", short="0", colour="foreground"),))


def _spec(view: View, title: str, first: _Part, *others: _Part) -> ChartSpec:
    """Show parts of every epoch; where there are several seeds, it is the first one's band that is shown."""
    axis = Axis.TIME if view.by_time else Axis.EPOCH
    repeated = [group for group in view.groups if len(group.runs) > 1]
    return ChartSpec(
        title=title,
        x_label=axis.label(run.state for run in view.runs),
        curves=tuple(_curves(view, (first, *others))),
        bands=tuple(band(group, first.name, _averaged(view, group, first)) for group in repeated),
        marks=tuple(mark for group in view.groups for mark in divergences(group, axis=axis)),
        clock=view.by_time,
        x_end=0.0 if view.by_time else last_epoch([run.state for run in view.runs]),
        empty=_EMPTY,
    )


def _curves(view: View, parts: tuple[_Part, ...]) -> Iterator[Curve]:
    """Yield a curve a part and group, and where wanted those of single seeds."""
    for part in parts:
        for group in view.groups:
            yield mean_curve(group, part.name, _averaged(view, group, part), part.style)
            if view.single_seeds and part is parts[0] and len(group.runs) > 1:
                yield from single_curves(
                    group, [_points(run, part, by_time=view.by_time) for run in group.runs]
                )


def _averaged(view: View, group: SeedGroup, part: _Part) -> list[Series]:
    """Return the values by epoch of the runs that count, or of those there are before the first one does."""
    return [_points(run, part, by_time=view.by_time) for run in group.counted or group.runs]


def _points(run: LabelledRun, part: _Part, *, by_time: bool) -> Series:
    epochs = run.state.epochs
    across = elapsed(run.state) if by_time else [float(result.epoch) for result in epochs]
    points = zip(epochs, across, map(part.value, epochs), strict=True)
    return {result.epoch: (x, y) for result, x, y in points if y is not None}
