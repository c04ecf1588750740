"""A run in few figures, from its event file: most lines are passed over unread."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from core.runs.event_codec import from_line
from core.runs.events import (
    DataLoaded,
    Evaluated,
    Record,
    RunDiverged,
    RunFailed,
    RunFinished,
    RunLost,
    RunResumed,
    RunStarted,
    RunStopped,
)
from core.runs.run_state import Outcome

_ENDS: Final = {
    RunFinished: Outcome.FINISHED,
    RunStopped: Outcome.STOPPED,
    RunDiverged: Outcome.DIVERGED,
    RunFailed: Outcome.FAILED,
    RunLost: Outcome.LOST,
}

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDigest:
    """What `RunState` has under the same names after a replay; `data` is the images' label."""

    started: RunStarted | None = None
    outcome: Outcome = Outcome.WAITING
    data: str | None = None
    epochs_evaluated: int = 0
    last_accuracy: float | None = None
    started_at: float | None = None
    updated_at: float | None = None


def digest(content: bytes) -> EventDigest:
    """Return the figures of an event file's `content`; a torn last line is not there yet.

    They are looked for by their kind, newest first, through the whole file: a run that was started over
    begins anywhere in it.
    """
    begin, end = 0, content.rfind(b"\n") + 1
    started, started_at, outcome = None, None, None
    resumed: list[tuple[int, int]] = []  # newest first: where in the content, and with which epoch
    for first, record in _lines(content, b'"kind":"run_', begin, end):
        if isinstance(record.event, RunStarted):
            begin, started, started_at = first, record.event, record.time
            break
        if isinstance(record.event, RunResumed):
            resumed.append((first, record.event.epoch))
            outcome = outcome or Outcome.RUNNING
        outcome = outcome or _ENDS.get(type(record.event))
    loaded = _newest(DataLoaded, content, b'"kind":"data_loaded"', begin, end)
    tested = _last_tested(content, begin, end, resumed)
    times = (record.time for _, record in _lines(content, b"\n", begin, end))
    return EventDigest(
        started=started,
        outcome=outcome or (Outcome.RUNNING if started else Outcome.WAITING),
        data=loaded.label if loaded else None,
        epochs_evaluated=tested.epoch if tested else 0,
        last_accuracy=tested.accuracy if tested else None,
        started_at=started_at,
        updated_at=next((time for time in times if not math.isnan(time)), None),
    )


def _last_tested(
    content: bytes, begin: int, end: int, resumed: Sequence[tuple[int, int]]
) -> Evaluated | None:
    """Return the last evaluation that still counts: a run that goes on takes back epochs it was told of."""
    for first, record in _lines(content, b'"kind":"evaluated"', begin, end):
        event = record.event
        if isinstance(event, Evaluated) and all(event.epoch < epoch for at, epoch in resumed if at > first):
            return event
    return None


def _newest(kind: type[_Kind], content: bytes, sign: bytes, begin: int, end: int) -> _Kind | None:
    """Return the last event of a kind, whose lines hold `sign`."""
    events = (record.event for _, record in _lines(content, sign, begin, end))
    return next((event for event in events if isinstance(event, kind)), None)


def _lines(content: bytes, sign: bytes, begin: int, end: int) -> Iterator[tuple[int, Record]]:
    """Yield the lines from `begin` to `end` that hold `sign`, newest first, each with where it begins."""
    found = content.rfind(sign, begin, end)
    while found >= 0:
        first, last = content.rfind(b"\n", 0, found) + 1, content.index(b"\n", found)
        yield first, from_line(content[first:last].decode(errors="replace"))
        found = content.rfind(sign, begin, first)
