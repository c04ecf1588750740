"""What a reader found of one run, made into events that tell each thing once."""

import math
import struct
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from core.printable import printable
from core.runs.events import Event, Notice, Record
from core.runs.life_events import RunFailed, RunFinished
from core.runs.limits import MOST
from core.runs.tracked_events import ImageLogged, ScalarsLogged, TrackingStarted
from core.tracking.source import Told

_MOST_TAGS: Final = 2_000
_MOST_TAG_LETTERS: Final = 200
_MOST_NOTICE_LETTERS: Final = 500
_MOST_NOTICES: Final = 1_000
_MOST_CONFIG: Final = 1_000
_LATEST: Final = 2.0**37  # as in `core.runs.tracked_events.Moment`
_PAIR: Final = struct.Struct("<qd")


@dataclass(slots=True)
class _Tag:
    """The values of a tag that wait to be told, and what the file has told so far.

    `digests` has, for each value, a checksum of it and all before: enough to see that a file that is read
    again says the same, in four bytes a value. `place` is how many of them it has said this time.
    """

    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    digests: "array[int]" = field(default_factory=lambda: array("I"))
    place: int = 0

    def is_new(self, step: int, value: float) -> bool:
        before = self.digests[self.place - 1] if self.place else 0
        digest = zlib.crc32(_PAIR.pack(step, value), before)
        known = self.place < len(self.digests)
        if known and self.digests[self.place] == digest:
            self.place += 1
            return False
        if known:  # from here on the file says something else
            del self.digests[self.place :]
        self.digests.append(digest)
        self.place += 1
        return True


class Telling:
    """Takes what a file says of one run; `take` gives the events that tell what is new in it.

    With `rereads`, the file may be read from its start again: what it has told before is not told twice. From
    where it says something else, that is told; its steps are then mostly before the last ones, which takes
    back what is no longer there. Values of a step that is not before the last one come behind it.
    """

    def __init__(self, run: str, source: str, *, rereads: bool = False) -> None:
        self.run = printable(run)
        self._rereads = rereads
        self._start = TrackingStarted(name=self.run, source=source)
        self._starts = False
        self._started = False
        self._tags: dict[str, _Tag] = {}
        self._events: list[tuple[float, Event]] = []
        self._notices: set[str] = set()
        self._sequence = 0
        self._now = math.nan

    def begin(self, time: float, config: Mapping[str, str] | None = None, *, name: str = "") -> None:
        """Tell that the run is there, and what it is made from; more of it may follow.

        Without this, a run is there once something else of it is. Where that has no time, `time` is taken.
        """
        self._moment(time)
        config = dict([*self._start.config.items(), *(config or {}).items()][:_MOST_CONFIG])
        start = replace(self._start, name=printable(name) or self._start.name, config=config)
        self._starts = self._starts or not self._started or start != self._start
        self._start = start

    @property
    def begun(self) -> bool:
        """Tell whether the run is there, told or about to be."""
        return self._starts or self._started

    def scalar(self, tag: str, step: int, value: float, time: float) -> None:
        """Take a value; one whose step no event can have is told by a notice."""
        tag = tag_name(tag)
        series = self._tags.get(tag)
        if series is None:
            series = self._new_tag(tag, time)
            if series is None:
                return
        if not 0 <= step <= MOST:
            self.notice(f"steps below 0 or above {MOST:,} are not read", time)
        elif not self._rereads or series.is_new(step, value):
            series.steps.append(step)
            series.values.append(value)
            series.times.append(self._moment(time))

    def image(self, tag: str, step: int, png: str, time: float) -> None:
        """Take a picture, PNG in base64."""
        if 0 <= step <= MOST:
            self._events.append((self._moment(time), ImageLogged(tag=tag_name(tag), step=step, png=png)))

    def notice(self, text: str, time: float = math.nan) -> None:
        """Take a line about the run; the same one is told once, and no more than a thousand."""
        text = printable(text)
        if len(text) > _MOST_NOTICE_LETTERS:
            text = f"{text[: _MOST_NOTICE_LETTERS - 1]}…"
        if text not in self._notices and len(self._notices) < _MOST_NOTICES:
            self._notices.add(text)
            self._events.append((self._moment(time), Notice(text=text)))

    def end(self, event: RunFinished | RunFailed, time: float = math.nan) -> None:
        """Take how the run ended."""
        self._events.append((self._moment(time), event))

    def read_again(self) -> None:
        """Note that the file is read from its start again."""
        for series in self._tags.values():
            series.place = 0

    def take(self) -> tuple[Told, ...]:
        """Return the run with what is new of it; nothing where nothing is."""
        scalars = [_told(tag, series) for tag, series in self._tags.items() if series.values]
        scalars.sort(key=lambda event: event[0])
        events, self._events = [*scalars, *self._events], []
        if self._starts or (events and not self._started):
            times = [event.times[0] for _, event in scalars] or [time for time, _ in events]
            events.insert(0, (min(times, default=self._moment(math.nan)), self._start))
            self._starts, self._started = False, True
        if not events:
            return ()
        records = tuple(Record(self._sequence + i, time, event) for i, (time, event) in enumerate(events))
        self._sequence += len(records)
        return (Told(self.run, records),)

    def _new_tag(self, tag: str, time: float) -> _Tag | None:
        if len(self._tags) >= _MOST_TAGS:
            self.notice(f"it has more than {_MOST_TAGS:,} quantities: the first are read", time)
            return None
        return self._tags.setdefault(tag, _Tag())

    def _moment(self, time: float) -> float:
        """Return `time`, or the last one that was told where it is none."""
        if 0 <= time <= _LATEST:
            self._now = time
        return self._now if not math.isnan(self._now) else 0.0


def tag_name(tag: str) -> str:
    """Return `tag` as events have it: printable, not without end, not empty."""
    if len(tag) > _MOST_TAG_LETTERS:
        tag = f"{tag[: _MOST_TAG_LETTERS - 1]}…"
    return printable(tag) or "…"


def _told(tag: str, series: _Tag) -> tuple[float, ScalarsLogged]:
    steps, values, times = tuple(series.steps), tuple(series.values), tuple(series.times)
    event = ScalarsLogged(tag=tag, steps=steps, values=values, times=times)
    series.steps, series.values, series.times = [], [], []
    return event.times[-1], event
