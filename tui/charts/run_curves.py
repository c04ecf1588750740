"""What the training screen's plots show, worked out from the runs; of several seeds their mean and band."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.config.presets import LIMITS
from core.results import number_format
from core.results.comparison import compare, is_whole_cifar10
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import SeedGroup, seed_groups
from core.results.seed_spread import Series
from core.runs.elapsed import elapsed, seconds_at
from core.runs.events import Evaluated
from core.runs.run_state import Outcome, RunState
from core.runs.step_series import StepSeries
from tui.charts.curve import Band, ChartSpec, Curve, CurveStyle, Guide, Mark
from tui.charts.seed_curves import band, mean_curve, single_curves
from tui.charts.shaping import smoothed
from tui.text.awaited import Awaited, awaited_words


class Axis(StrEnum):
    """What curves are drawn against."""

    EPOCH = "epoch"
    TIME = "time"  # of training and evaluation

    def label(self, runs: Iterable[RunState]) -> str:
        """Return what to write at the axis, in few columns; of time, that `runs` shared a machine."""
        shared = self is Axis.TIME and any(run.side_by_side for run in runs)
        return "shared" if shared else self.value


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is reported of every step and of every evaluation, both times `scale`."""

    steps: Callable[[RunState], StepSeries]
    test: Callable[[Evaluated], float]
    scale: float = 1


_LOSS: Final = _Measured(lambda run: run.step_losses, lambda test: test.loss)
_ACCURACY: Final = _Measured(lambda run: run.step_accuracies, lambda test: test.accuracy, scale=100)


def loss_chart(
    runs: Sequence[RunState],
    *,
    axis: Axis,
    smoothing: float,
    log_y: bool,
    single_seeds: bool = False,
    time_end: float = 0.0,
) -> ChartSpec:
    """Show the training loss of every step and the test loss of every epoch."""
    chart = _chart(_Course(_LOSS, axis, smoothing, time_end), runs, single_seeds=single_seeds)
    return replace(chart, title="loss, logarithmic" if log_y else "loss", log_y=log_y)


def accuracy_chart(
    runs: Sequence[RunState],
    *,
    axis: Axis,
    smoothing: float,
    single_seeds: bool = False,
    time_end: float = 0.0,
) -> ChartSpec:
    """Show the training accuracy of every step and the test accuracy of every epoch, in percent."""
    chart = _chart(_Course(_ACCURACY, axis, smoothing, time_end), runs, single_seeds=single_seeds)
    return replace(chart, title="accuracy", guides=tuple(accuracy_guides(runs)), percent=True)


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


@dataclass(frozen=True, slots=True)
class _Course:
    """What is drawn of a run, against what, and how smooth; in time, the axis reaches to `time_end`."""

    measured: _Measured
    axis: Axis
    smoothing: float
    time_end: float

    @property
    def part(self) -> str:
        """What the training curve is called."""
        return f"training, smoothed {self.smoothing:g}" if self.smoothing else "training"

    def raw(self, state: RunState, steps: StepSeries) -> Series:
        """Return what was measured, by step; nothing while epochs have no known length."""
        positions, values = steps.curve()
        ys = (self.measured.scale * value for value in values)
        return {
            step: (x, y)
            for step, x, y in zip(positions, step_places(state, positions, self.axis), ys, strict=False)
        }

    def smooth(self, raw: Series) -> Series:
        """Return the smoothed values of what was measured."""
        if not self.smoothing:
            return raw
        ys = smoothed((y for _, y in raw.values()), self.smoothing)
        return {step: (x, y) for (step, (x, _)), y in zip(raw.items(), ys, strict=True)}

    def tests(self, state: RunState) -> Series:
        """Return the test results, by epoch."""
        results = state.epochs
        ends = elapsed(state) if self.axis is Axis.TIME else [float(result.epoch) for result in results]
        return {
            result.epoch: (x, self.measured.scale * self.measured.test(result.test))
            for x, result in zip(ends, results, strict=True)
            if result.test
        }


def _chart(course: _Course, runs: Sequence[RunState], *, single_seeds: bool) -> ChartSpec:
    curves: list[Curve] = []
    bands: list[Band] = []
    marks: list[Mark] = []
    for group in seed_groups(label_runs(runs)):
        averaged = _averaged(group)
        tests = [course.tests(run.state) for run in averaged]
        if len(group.runs) == 1:
            curves += _training_of_one(course, group)
        else:
            curves += single_curves(group, _training_of_seeds(course, _beside(group, averaged)))
            if single_seeds:
                curves += single_curves(group, [course.tests(run.state) for run in group.runs])
            curves.append(mean_curve(group, course.part, _training_of_seeds(course, averaged)))
            bands.append(band(group, "test", tests))
        curves.append(mean_curve(group, "test", tests, CurveStyle.MARKED))
        marks += divergences(group, axis=course.axis)
    return ChartSpec(
        title="",
        x_label=course.axis.label(runs),
        curves=tuple(curves),
        bands=tuple(bands),
        marks=tuple(marks),
        clock=course.axis is Axis.TIME,
        x_end=course.time_end if course.axis is Axis.TIME else last_epoch(runs),
        empty=awaited_words(runs, Awaited.STEP),
    )


def last_epoch(runs: Sequence[RunState]) -> float:
    """Return which epoch the runs that have not ended will come to; 0 where all have."""
    awaited = (run.config for run in runs if not run.outcome.ended)
    return float(max((config.epochs for config in awaited if config), default=0))


def divergences(group: SeedGroup, *, axis: Axis) -> Iterator[Mark]:
    """Mark where runs of `group` diverged."""
    for run in group.runs:
        at, length = run.state.diverged_at, run.state.steps_an_epoch
        if at is not None and length:
            for x in step_places(run.state, [at * length], axis):
                yield Mark(x, group.style.colour.name, group.label)


def _averaged(group: SeedGroup) -> tuple[LabelledRun, ...]:
    """Return the runs that a mean is over: those that finished, or before the first has, all that began."""
    finished = tuple(run for run in group.runs if run.state.outcome is Outcome.FINISHED)
    begun = tuple(run for run in group.runs if run.state.step_losses != StepSeries())
    return finished or begun or group.runs


def _beside(group: SeedGroup, averaged: Sequence[LabelledRun]) -> tuple[LabelledRun, ...]:
    """Return the runs under way that are not in the mean, to be drawn by themselves."""
    own = set(map(id, averaged))
    return tuple(run for run in group.runs if run.state.outcome is Outcome.RUNNING and id(run) not in own)


def _training_of_one(course: _Course, group: SeedGroup) -> Iterator[Curve]:
    """Yield a run's training curve, smoothed over its raw values."""
    (run,) = group.runs
    raw = course.raw(run.state, course.measured.steps(run.state))
    if course.smoothing:
        yield mean_curve(group, "raw", [raw], CurveStyle.FAINT)
    yield mean_curve(group, course.part, [course.smooth(raw)])


def _training_of_seeds(course: _Course, runs: Sequence[LabelledRun]) -> list[Series]:
    """Return each seed's training curve, with points at the same steps: unfinished groups are left out."""
    series = [course.measured.steps(run.state) for run in runs]
    stride = max((steps.stride for steps in series), default=1)
    even = [replace(steps.widened(stride), pending=0, pending_sum=0.0) for steps in series]
    return [course.smooth(course.raw(run.state, steps)) for run, steps in zip(runs, even, strict=True)]


def step_places(state: RunState, steps: Sequence[float], axis: Axis) -> tuple[float, ...]:
    """Return where steps stand, which count from 1 over the run; none while epochs have no known length."""
    if axis is Axis.TIME:
        return seconds_at(state, steps)
    length = state.steps_an_epoch
    return tuple(step / length for step in steps) if length else ()
