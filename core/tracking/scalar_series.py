"""One quantity of a loop over its steps, kept short: what a plot and a table need."""

import math
from bisect import bisect_left
from dataclasses import dataclass, replace

from core.runs.step_series import StepSeries
from core.runs.tracked_events import ScalarsLogged


@dataclass(frozen=True, slots=True)
class ScalarSeries:
    """How a quantity went: points that are means of neighbours, and what of all values can be told exactly.

    `low` and `high` are of the values that are finite, NaN where none is; `strange_step` is the step of the
    first that is not. Where a loop went back into a group of neighbours that has become one point, the point
    stands for those before, and `count`, `low` and `high` for all there were.
    """

    steps: StepSeries = StepSeries()
    values: StepSeries = StepSeries()
    times: StepSeries = StepSeries()
    count: int = 0
    last_step: int = -1
    last_time: float = math.nan
    last: float = math.nan
    low: float = math.nan
    high: float = math.nan
    strange_step: int | None = None

    def extended(self, told: ScalarsLogged) -> "ScalarSeries":
        """Return the series with what was `told` at its end, or from where the loop went back to."""
        series, begin = self, 0
        last = self.last_step
        for place, step in enumerate(told.steps):
            if step < last:
                series = series._with(told, begin, place)._before(step)  # noqa: SLF001 - its own class's
                begin = place
            last = step
        return series._with(told, begin, len(told.steps))  # noqa: SLF001

    def curve(self, *, by_time: bool = False) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return where the points stand, by step or by Unix seconds, and their values."""
        return (self.times if by_time else self.steps).curve()[1], self.values.curve()[1]

    def _with(self, told: ScalarsLogged, begin: int, end: int) -> "ScalarSeries":
        if begin == end:
            return self
        steps, values, times = told.steps[begin:end], told.values[begin:end], told.times[begin:end]
        finite = [value for value in values if math.isfinite(value)]
        strange = self.strange_step
        if strange is None and len(finite) < len(values):
            strange = next(
                step for step, value in zip(steps, values, strict=True) if not math.isfinite(value)
            )
        return ScalarSeries(
            self.steps.extended(steps),
            self.values.extended(values),
            self.times.extended(times),
            self.count + len(values),
            steps[-1],
            times[-1],
            values[-1],
            min((*finite, *_known(self.low)), default=math.nan),
            max((*finite, *_known(self.high)), default=math.nan),
            strange,
        )

    def _before(self, step: int) -> "ScalarSeries":
        """Return what there was before `step`."""
        kept = bisect_left(self.steps.points, step) * self.steps.stride
        if kept == len(self.steps.points) * self.steps.stride and self.steps.pending:
            mean = self.steps.pending_sum / self.steps.pending
            kept += self.steps.pending if mean < step else 0
        strange = self.strange_step if self.strange_step is not None and self.strange_step < step else None
        return replace(
            self,
            steps=self.steps.cut(kept),
            values=self.values.cut(kept),
            times=self.times.cut(kept),
            count=min(self.count, kept),
            strange_step=strange,
        )


def _known(value: float) -> tuple[float, ...]:
    return () if math.isnan(value) else (value,)
