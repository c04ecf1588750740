"""What the plots of tags show, worked out from the runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.results.run_styles import RunStyle, style_by_number
from core.tracking.tracked_run import TrackedRun
from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.shaping import smoothed
from tui.tracked.tag_pages import name_of

SMOOTHING: Final = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98)
_FEW: Final = 30  # points: each has a mark


class Against(StrEnum):
    """What curves are drawn against."""

    STEP = "step"
    TIME = "time"  # since each run's beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How all plots of the screen are drawn."""

    against: Against = Against.STEP
    smoothing: float = 0.0
    log_y: bool = False


@dataclass(frozen=True, slots=True)
class StyledRun:
    """A run as it is drawn."""

    run: TrackedRun
    style: RunStyle


def styled(runs: Sequence[TrackedRun]) -> tuple[StyledRun, ...]:
    """Give each run its colour and shape."""
    return tuple(StyledRun(run, style_by_number(number)) for number, run in enumerate(runs))


def tag_chart(tag: str, runs: Sequence[StyledRun], drawing: Drawing) -> ChartSpec:
    """Show one quantity of every run that has it."""
    name = name_of(tag)
    return ChartSpec(
        title=f"{name}, logarithmic" if drawing.log_y else name,
        x_label=drawing.against.value,
        curves=tuple(curve for run in runs for curve in _curves(tag, run, drawing)),
        clock=drawing.against is Against.TIME,
        log_y=drawing.log_y,
        empty=f"no value of {tag}",
        ends_named=True,
    )


def _curves(tag: str, styled_run: StyledRun, drawing: Drawing) -> Iterator[Curve]:
    run, style = styled_run.run, styled_run.style
    series = run.series.get(tag)
    if series is None:
        return
    by_time = drawing.against is Against.TIME
    xs, ys = series.curve(by_time=by_time)
    if by_time:
        begun = run.started_at or xs[0]
        xs = tuple(x - begun for x in xs)
    part = f"smoothed {drawing.smoothing:g}" if drawing.smoothing else "value"
    curve = Curve(
        label=run.name,
        part=part,
        xs=xs,
        ys=smoothed(ys, drawing.smoothing) if drawing.smoothing else ys,
        colour=style.colour.name,
        style=CurveStyle.MARKED if len(xs) <= _FEW and not drawing.smoothing else CurveStyle.PLAIN,
        shape=style.shape,
    )
    if drawing.smoothing:
        yield replace(curve, part="raw", ys=ys, style=CurveStyle.FAINT)
    yield curve
