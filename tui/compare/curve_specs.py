"""What the comparison's plots show, worked out from the runs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from core.runs.elapsed import elapsed
from core.runs.run_state import EpochResult
from tui.charts.curve import ChartSpec, Curve, CurveStyle, Guide
from tui.charts.run_curves import accuracy_guides
from tui.compare.view import View

_EMPTY: Final = "no epoch has been evaluated yet"

_Value = Callable[[EpochResult], float | None]


def accuracy_spec(view: View) -> ChartSpec:
    """Show training and test accuracy of every run, in percent."""
    return ChartSpec(
        title="accuracy",
        x_label=_x_label(view),
        curves=(
            *_curves(
                view,
                "test",
                lambda result: 100 * result.test.accuracy if result.test else None,
                CurveStyle.MARKERS,
            ),
            *_curves(view, "training", lambda result: 100 * result.train.accuracy),
        ),
        guides=tuple(accuracy_guides([run.state for run in view.runs])),
        percent=True,
        clock=view.by_time,
        empty=_EMPTY,
    )


def loss_spec(view: View) -> ChartSpec:
    """Show training and test loss of every run."""
    return ChartSpec(
        title="loss, logarithmic" if view.log_y else "loss",
        x_label=_x_label(view),
        curves=(
            *_curves(
                view, "test", lambda result: result.test.loss if result.test else None, CurveStyle.MARKERS
            ),
            *_curves(view, "training", lambda result: result.train.loss),
        ),
        log_y=view.log_y,
        clock=view.by_time,
        empty=_EMPTY,
    )


def gap_spec(view: View) -> ChartSpec:
    """Show how many points training accuracy is above test accuracy, by epoch."""
    return ChartSpec(
        title="gap, points",
        x_label="epoch",
        curves=tuple(_curves(replace(view, by_time=False), "training minus test accuracy", _gap)),
        guides=(Guide(height=0.0, label="no gap", short="0", colour="foreground"),),
        empty=_EMPTY,
    )


def _gap(result: EpochResult) -> float | None:
    return None if result.test is None else 100 * (result.train.accuracy - result.test.accuracy)


def _x_label(view: View) -> str:
    return "time" if view.by_time else "epoch"


def _curves(view: View, part: str, value: _Value, style: CurveStyle = CurveStyle.LINE) -> Iterator[Curve]:
    """Yield a curve a run, through the epochs that have a value."""
    for run in view.runs:
        epochs = run.state.epochs
        across = elapsed(run.state) if view.by_time else [float(result.epoch) for result in epochs]
        points = zip(across, map(value, epochs), strict=True)
        known = [(x, y) for x, y in points if y is not None]
        yield Curve(
            label=run.label,
            part=part,
            xs=tuple(x for x, _ in known),
            ys=tuple(y for _, y in known),
            colour=run.style.colour.name,
            style=style,
            shape=run.style.shape,
        )
