"""How a run of another loop stands, worked out from its events alone."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final

from core.runs.events import Notice, Phase, PhaseChanged, Record, UnknownEvent
from core.runs.life_events import RunFailed, RunFinished, RunLost, RunStopped
from core.runs.run_state import Outcome
from core.runs.tracked_events import ImageLogged, ScalarsLogged, TrackingStarted
from core.tracking.scalar_series import ScalarSeries

_MOST_NOTICES: Final = 200
_MOST_TAGS: Final = 2_000
_MOST_IMAGES: Final = 100


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """Everything known of a run of another loop; times are Unix seconds, steps count from 0.

    `outcome` is None where what was read does not tell whether the run has ended. `why` says in one line why
    it stopped, failed or was lost. `series` and `images` are by tag, in the order the tags came; of each tag,
    the newest image.
    """

    name: str
    outcome: Outcome | None = None
    source: str = ""
    command: str = ""
    config: Mapping[str, str] = field(default_factory=dict)
    started_at: float | None = None
    updated_at: float | None = None
    paused: bool = False
    series: Mapping[str, ScalarSeries] = field(default_factory=dict)
    images: Mapping[str, ImageLogged] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    why: str = ""

    @property
    def last_step(self) -> int:
        """The greatest of every tag's last step; -1 before the first."""
        return max((series.last_step for series in self.series.values()), default=-1)

    @property
    def last_logged_at(self) -> float | None:
        """When a value came last."""
        return max((series.last_time for series in self.series.values()), default=None)


def after(run: TrackedRun, records: Iterable[Record]) -> TrackedRun:
    """Return the run after `records`, in their order."""
    return reduce(_after, records, run)


def _after(run: TrackedRun, record: Record) -> TrackedRun:
    if record.sequence == 0 and isinstance(record.event, TrackingStarted) and not record.event.source:
        run = TrackedRun(run.name)  # its file begins again: another run has taken its place
    run = _changed(run, record)
    if math.isnan(record.time):
        return run
    begun = record.time if run.started_at is None else run.started_at
    return replace(run, started_at=begun, updated_at=record.time)


def _changed(run: TrackedRun, record: Record) -> TrackedRun:  # noqa: PLR0911 - one line an event
    match record.event:
        case ScalarsLogged() as told:
            return _with_scalars(run, told)
        case ImageLogged() as told:
            kept = {tag: image for tag, image in run.images.items() if tag != told.tag}
            return replace(run, images=dict([*kept.items(), (told.tag, told)][-_MOST_IMAGES:]))
        case TrackingStarted() as told:
            begun = replace(run, config=told.config, source=told.source, command=told.command)
            return begun if told.source else replace(begun, outcome=Outcome.RUNNING)
        case PhaseChanged(phase=phase):
            return replace(run, paused=phase is Phase.PAUSED)
        case RunFinished() | RunStopped() | RunFailed() | RunLost() as end:
            return _ended(run, end)
        case Notice(text=text):
            return replace(run, notices=(*run.notices, text)[-_MOST_NOTICES:])
        case UnknownEvent(kind=kind):
            text = f"an event this version does not know: {kind}"
            return replace(run, notices=(*run.notices, text)[-_MOST_NOTICES:])
        case _:  # one of our own training: its figures are the dashboard's
            return run


def _ended(run: TrackedRun, end: RunFinished | RunStopped | RunFailed | RunLost) -> TrackedRun:
    match end:
        case RunFinished():
            outcome, why = Outcome.FINISHED, ""
        case RunStopped(reason=why):
            outcome = Outcome.STOPPED
        case RunFailed(error=why):
            outcome = Outcome.FAILED
        case RunLost(cause=why):
            outcome = Outcome.LOST
    return replace(run, outcome=outcome, why=why, paused=False)


def _with_scalars(run: TrackedRun, told: ScalarsLogged) -> TrackedRun:
    if told.tag not in run.series and len(run.series) >= _MOST_TAGS:
        return run
    series = run.series.get(told.tag, ScalarSeries()).extended(told)
    return replace(run, series={**run.series, told.tag: series})
