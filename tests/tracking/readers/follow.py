"""What a source told so far, as whoever follows it has it."""

from dataclasses import dataclass, field
from pathlib import Path

from core.runs.event_codec import from_line, to_line
from core.runs.events import Record
from core.runs.tracked_events import ScalarsLogged, TrackingStarted
from core.tracking.formats import recognised
from core.tracking.source import Source
from core.tracking.tracked_run import TrackedRun, after

Curve = list[tuple[int, float]]


@dataclass
class Run:
    """A run: its state, and every value of each tag that was told and not taken back."""

    state: TrackedRun
    records: list[Record] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)


@dataclass
class Follower:
    """Polls sources, and checks of each event that an event file could hold it."""

    sources: list[Source]
    runs: dict[str, Run] = field(default_factory=dict)

    def poll(self) -> dict[str, Run]:
        for source in self.sources:
            for told in source.poll():
                run = self.runs.setdefault(told.run, Run(TrackedRun(told.run)))
                for record in told.records:
                    self._take(run, record)
                run.state = after(run.state, told.records)
        return self.runs

    def _take(self, run: Run, record: Record) -> None:
        assert record.sequence == len(run.records)
        assert run.records or isinstance(record.event, TrackingStarted)
        assert to_line(from_line(to_line(record))) == to_line(record)
        assert type(from_line(to_line(record)).event) is type(record.event)
        run.records.append(record)
        if isinstance(record.event, ScalarsLogged):
            tag = record.event.tag
            curve, times = run.curves.setdefault(tag, []), run.times.setdefault(tag, [])
            for step, value, time in zip(
                record.event.steps, record.event.values, record.event.times, strict=True
            ):
                if curve and step < curve[-1][0]:
                    curve[:] = [point for point in curve if point[0] < step]
                    del times[len(curve) :]
                curve.append((step, value))
                times.append(time)


def follow(path: Path) -> Follower:
    return Follower(list(recognised(path)))


def only_run(path: Path) -> Run:
    (run,) = follow(path).poll().values()
    return run
