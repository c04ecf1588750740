"""What the training screen's plots show, worked out from the runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.config.presets import LIMITS
from core.results import number_format
from core.results.comparison import compare, is_whole_cifar10
from core.results.labelled_runs import LabelledRun, label_runs
from core.runs.elapsed import elapsed, seconds_at
from core.runs.events import Evaluated
from core.runs.run_state import RunState
from core.runs.step_series import StepSeries
from tui.charts.curve import ChartSpec, Curve, CurveStyle, Guide
from tui.charts.shaping import smoothed


class Axis(StrEnum):
    """What curves are drawn against: the value is its label."""

    EPOCH = "epoch"
    TIME = "time"  # of training and evaluation


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is reported of every step and of every evaluation, both times `scale`."""

    steps: Callable[[RunState], StepSeries]
    test: Callable[[Evaluated], float]
    scale: float = 1


_LOSS: Final = _Measured(lambda run: run.step_losses, lambda test: test.loss)
_ACCURACY: Final = _Measured(lambda run: run.step_accuracies, lambda test: test.accuracy, scale=100)


def loss_chart(runs: Sequence[RunState], *, axis: Axis, smoothing: float, log_y: bool) -> ChartSpec:
    """Show the training loss of every step and the test loss of every epoch."""
    return ChartSpec(
        title="loss, logarithmic" if log_y else "loss",
        x_label=axis.value,
        curves=tuple(_curves(_LOSS, label_runs(runs), axis, smoothing)),
        log_y=log_y,
        clock=axis is Axis.TIME,
    )


def accuracy_chart(runs: Sequence[RunState], *, axis: Axis, smoothing: float) -> ChartSpec:
    """Show the training accuracy of every step and the test accuracy of every epoch, in percent."""
    return ChartSpec(
        title="accuracy",
        x_label=axis.value,
        curves=tuple(_curves(_ACCURACY, label_runs(runs), axis, smoothing)),
        guides=tuple(accuracy_guides(runs)),
        percent=True,
        clock=axis is Axis.TIME,
    )


def accuracy_guides(runs: Sequence[RunState]) -> Iterator[Guide]:
    """Mark, in percent, the limit and what was published, where it is fair to compare with them."""
    if any(map(is_whole_cifar10, runs)):
        limit = f"{100 * LIMITS.accuracy:.0f}%"
        yield Guide(height=100 * LIMITS.accuracy, label=f"limit {limit}", short=limit, colour="limit")
    marked = set()
    for run, figures in zip(label_runs(runs), compare(runs), strict=True):
        if figures.published is not None and run.norm not in marked:
            marked.add(run.norm)
            share = number_format.percent(figures.published)
            yield Guide(
                height=100 * figures.published,
                label=f"published {run.norm} {share}",
                short=share,
                colour=run.style.colour.name,
            )


def _curves(
    measured: _Measured, runs: Iterable[LabelledRun], axis: Axis, smoothing: float
) -> Iterator[Curve]:
    """Yield each run's training curve, smoothed over its raw values, and its test results."""
    for run in runs:
        steps, values = measured.steps(run.state).curve()
        xs = _places(run.state, steps, axis)
        raw = tuple(measured.scale * value for value in values[: len(xs)])
        if smoothing:
            yield _curve(run, "raw", xs, raw, CurveStyle.FAINT)
            yield _curve(run, f"training, smoothed {smoothing:g}", xs, smoothed(raw, smoothing))
        else:
            yield _curve(run, "training", xs, raw)
        yield _test_curve(measured, run, axis)


def _places(state: RunState, steps: Sequence[float], axis: Axis) -> tuple[float, ...]:
    """Return where steps stand, which count from 1 over the run; none while epochs have no known length."""
    if axis is Axis.TIME:
        return seconds_at(state, steps)
    length = state.steps_an_epoch
    return tuple(step / length for step in steps) if length else ()


def _test_curve(measured: _Measured, run: LabelledRun, axis: Axis) -> Curve:
    results = run.state.epochs
    ends = elapsed(run.state) if axis is Axis.TIME else [float(result.epoch) for result in results]
    tested = [
        (x, measured.scale * measured.test(result.test))
        for x, result in zip(ends, results, strict=True)
        if result.test
    ]
    xs, ys = tuple(x for x, _ in tested), tuple(y for _, y in tested)
    return _curve(run, "test", xs, ys, CurveStyle.MARKERS)


def _curve(
    run: LabelledRun,
    part: str,
    xs: tuple[float, ...],
    ys: tuple[float, ...],
    style: CurveStyle = CurveStyle.LINE,
) -> Curve:
    colour = run.style.colour.name
    return Curve(label=run.label, part=part, xs=xs, ys=ys, colour=colour, style=style, shape=run.style.shape)
