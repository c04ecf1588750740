"""Follows the runs of other loops by what they write: the one way to know how they stand."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

from core.runs.events import Notice, Record
from core.tracking.folder import TrackedFolder
from core.tracking.own_runs import OwnRun
from core.tracking.source import Source
from core.tracking.tracked_run import TrackedRun, after

if TYPE_CHECKING:
    from pathlib import Path

MOST_RUNS: Final = 500


@dataclass(frozen=True, slots=True)
class FollowedRun:
    """A run, and its own folder where it can be asked to pause and to stop."""

    run: TrackedRun
    folder: TrackedFolder | None = None


class Following:
    """Keeps how every run stands that `find` gives a source of, in the order they are found.

    Where two sources have runs of the same name, a number follows that of the second.
    """

    def __init__(self, find: Callable[[], Iterable[Source]]) -> None:
        self._find = find
        self._sources: dict[Path, Source] = {}
        self._runs: dict[tuple[Path, str], FollowedRun] = {}
        self.too_many = False
        """Whether there are runs that are not kept, for there are 500 already."""

    def look(self) -> None:
        """Find what has come to be.

        Raises:
            InputError: there is nothing to read, or no way to read it.
            OSError: a folder cannot be read.
        """
        for source in self._find():
            self._sources.setdefault(source.path, source)

    def poll(self) -> tuple[FollowedRun, ...]:
        """Return how every run stands now; what cannot be read is told by a notice of its run."""
        for path, source in self._sources.items():
            folder = source.folder if isinstance(source, OwnRun) else None
            try:
                for told in source.poll():
                    self._take((path, told.run), told.records, folder)
            except OSError as error:
                notice = Notice(text=f"{path}: cannot be read ({error.strerror or error})")
                self._take((path, path.name), [Record(0, math.nan, notice)], folder)
        return tuple(followed for followed in self._runs.values() if _tells_something(followed.run))

    def _take(self, key: "tuple[Path, str]", records: Sequence[Record], folder: TrackedFolder | None) -> None:
        known = self._runs.get(key)
        if known is None:
            if len(self._runs) >= MOST_RUNS:
                self.too_many = True
                return
            known = FollowedRun(TrackedRun(self._new_name(key[1])), folder)
        last = known.run.notices[-1:]
        if [record.event for record in records] != [Notice(text=text) for text in last]:  # else told already
            known = replace(known, run=after(known.run, records))
        self._runs[key] = known

    def _new_name(self, wanted: str) -> str:
        taken = {followed.run.name for followed in self._runs.values()}
        names = (wanted if number == 1 else f"{wanted} ({number})" for number in count(1))
        return next(name for name in names if name not in taken)


def _tells_something(run: TrackedRun) -> bool:
    """Tell whether a run is one: TensorBoard has files in which settings stand and nothing else."""
    return not run.source or bool(run.series or run.images or run.notices or run.outcome)
