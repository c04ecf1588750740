"""Reads the runs folder: everything at first, later only what changed; nothing of Textual here."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from core.runs.folder import RunFolder, SuiteFolder
from core.runs.index import iter_runs, suite_runs, suites_in
from core.runs.run_state import Outcome
from tui.runs.columns import Row, row_of
from tui.runs.listing import Changes

_BATCH_RUNS: Final = 250
_UNDER_WAY: Final = {Outcome.RUNNING, Outcome.WAITING}

Stamp = tuple[tuple[int, int] | None, ...]


class RunsReader:
    """Looks at the runs folder again and again; a suite that has ended costs a look at its files' times."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._seen: dict[Path, _Seen] = {}

    def changes(self) -> Iterator[Changes]:
        """Yield what is new since the last call, the first time in batches.

        Raises:
            InputError: the folder is there and cannot be read.
        """
        if self._seen:
            yield self._later()
        else:
            yield from self._first()

    def _first(self) -> Iterator[Changes]:
        batch: dict[Path, tuple[Row, ...]] = {}
        rows = (row_of(run) for run in iter_runs(self._runs_dir))
        for suite, group in groupby(rows, key=lambda row: row.suite):
            batch[suite] = tuple(group)
            self._seen[suite] = _Seen.now(suite, batch[suite])
            if sum(map(len, batch.values())) >= _BATCH_RUNS:
                yield batch
                batch = {}
        yield batch

    def _later(self) -> Changes:
        suites = set(suites_in(self._runs_dir))
        changed: dict[Path, tuple[Row, ...]] = {}
        for suite in self._seen.keys() - suites:
            changed[suite] = ()
            del self._seen[suite]
        for suite in suites:
            before = self._seen.get(suite)
            if before is None or before.may_differ:
                rows = tuple(map(row_of, suite_runs(suite)))
                self._seen[suite] = _Seen.now(suite, rows)
                if before is None or rows != before.rows:
                    changed[suite] = rows
        return changed


@dataclass(frozen=True, slots=True)
class _Seen:
    """A suite as it was last read: its rows, and the files they came from with their times and sizes."""

    rows: tuple[Row, ...]
    files: tuple[str, ...]
    stamp: Stamp

    @classmethod
    def now(cls, suite: Path, rows: tuple[Row, ...]) -> "_Seen":
        """Return what was just read of `suite`."""
        runs = [RunFolder(row.path) for row in rows if row.run.name]
        own = (file for run in runs for file in (run.events, run.note))
        files = tuple(map(str, (SuiteFolder(suite).config_file, *own)))
        return cls(rows, files, _stamp(files))

    @property
    def may_differ(self) -> bool:
        """Return whether it may stand otherwise now: a worker that dies changes no file."""
        under_way = (row.run.outcome in _UNDER_WAY and row.run.locked is not False for row in self.rows)
        return any(under_way) or _stamp(self.files) != self.stamp


def _stamp(files: tuple[str, ...]) -> Stamp:
    return tuple(map(_file_stamp, files))


def _file_stamp(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - a thousand at each look; Path's own costs twice as much
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
