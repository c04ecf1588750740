"""Plots with a point an epoch, worked out from the runs; of several seeds their mean and band."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.results.seed_spread import Series
from core.runs.elapsed import elapsed
from core.runs.run_state import EpochResult, RunState
from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.run_curves import Axis, divergences, last_epoch
from tui.charts.seed_curves import band, mean_curve, single_curves
from tui.text.awaited import Awaited, awaited_words


@dataclass(frozen=True, slots=True)
class Part:
    """What is drawn of every epoch, where it is known."""

    name: str
    value: Callable[[EpochResult], float | None]
    style: CurveStyle = CurveStyle.LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """What a screen's plots are drawn against; in time, the axis reaches to `time_end` at least.

    With `single_seeds`, each of several seeds is drawn beneath their mean.
    """

    axis: Axis = Axis.EPOCH
    time_end: float = 0.0
    single_seeds: bool = False

    def end(self, runs: Sequence[RunState]) -> float:
        """Return how far the axis reaches at least."""
        return self.time_end if self.axis is Axis.TIME else last_epoch(runs)

    def places(self, run: RunState) -> tuple[float, ...]:
        """Return where the end of each epoch stands."""
        return elapsed(run) if self.axis is Axis.TIME else tuple(float(result.epoch) for result in run.epochs)


def epoch_spec(
    title: str, groups: Sequence[SeedGroup], parts: Sequence[Part], across: Across, awaited: Awaited
) -> ChartSpec:
    """Show `parts` of every epoch; where there are several seeds, the first one's band is shown, too."""
    repeated = [group for group in groups if len(group.runs) > 1]
    runs = states_of(groups)
    return ChartSpec(
        title=title,
        x_label=across.axis.label(runs),
        curves=tuple(_curves(groups, parts, across)),
        bands=tuple(band(group, parts[0].name, _averaged(group, parts[0], across)) for group in repeated),
        marks=tuple(mark for group in groups for mark in divergences(group, axis=across.axis)),
        clock=across.axis is Axis.TIME,
        x_end=across.end(runs),
        empty=awaited_words(runs, awaited),
    )


def states_of(groups: Sequence[SeedGroup]) -> tuple[RunState, ...]:
    """Return the runs of all groups."""
    return tuple(run.state for group in groups for run in group.runs)


def _curves(groups: Sequence[SeedGroup], parts: Sequence[Part], across: Across) -> Iterator[Curve]:
    """Yield a curve a part and group, and where wanted those of single seeds."""
    for part in parts:
        for group in groups:
            yield mean_curve(group, part.name, _averaged(group, part, across), part.style)
            if across.single_seeds and part is parts[0] and len(group.runs) > 1:
                yield from single_curves(group, [_points(run, part, across) for run in group.runs])


def _averaged(group: SeedGroup, part: Part, across: Across) -> list[Series]:
    """Return the values by epoch of the runs that count, or of those there are before the first one does."""
    return [_points(run, part, across) for run in group.counted or group.runs]


def _points(run: LabelledRun, part: Part, across: Across) -> Series:
    epochs = run.state.epochs
    points = zip(epochs, across.places(run.state), map(part.value, epochs), strict=True)
    return {result.epoch: (x, y) for result, x, y in points if y is not None}
