"""The list as it stands: which runs are shown, in what order, where the cursor is, what is marked."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from tui.runs.column_layout import measures_of
from tui.runs.columns import COLUMNS, WHEN, Column, Key, Row
from tui.runs.run_filter import RunFilter, parse_filter

_STAMP: Final = "%Y%m%d-%H%M%S"
_STAMP_LENGTH: Final = 15

Changes = Mapping[Path, tuple[Row, ...]]


class Listing:
    """Keeps the cursor and the marks on their runs, whatever else comes, goes or moves.

    `shown` are the rows that the `filter` takes; `at` is the cursor's place among them.
    """

    def __init__(self) -> None:
        self._suites: dict[Path, tuple[Row, ...]] = {}
        self._all: tuple[Row, ...] = ()
        self._start_times: dict[Path, float] = {}
        self._marked: set[Path] = set()
        self.shown: tuple[Row, ...] = ()
        self.measures = measures_of(())
        self.at = 0
        self.column = WHEN
        self.descending = WHEN.descending_first
        self.filter = RunFilter()

    @property
    def total(self) -> int:
        """How many runs there are."""
        return len(self._all)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.shown[self.at] if self.shown else None

    @property
    def marked(self) -> tuple[Row, ...]:
        """The marked runs, hidden ones too, newest suite first."""
        return tuple(row for row in self._all if row.path in self._marked) if self._marked else ()

    @property
    def hidden_marks(self) -> int:
        """How many marked runs the filter hides."""
        return len(self._marked) - sum(row.path in self._marked for row in self.shown)

    def of_suite(self, suite: Path) -> tuple[Row, ...]:
        """Return every run of a suite, hidden ones too."""
        return self._suites.get(suite, ())

    def is_marked(self, row: Row) -> bool:
        """Return whether `row` is marked."""
        return row.path in self._marked

    def take(self, changes: Changes) -> None:
        """Take suites as they stand now, by their folders; one without rows is gone."""
        for suite, rows in changes.items():
            if rows:
                self._suites[suite] = rows
                self._start_times[suite] = _start_time(rows)
            elif self._suites.pop(suite, None):
                del self._start_times[suite]
        suites = sorted(self._suites, key=lambda suite: suite.name, reverse=True)
        self._all = tuple(row for suite in suites for row in self._suites[suite])
        self._marked &= {row.path for row in self._all}
        self.measures = measures_of(self._all)
        self._arrange()

    def find(self, text: str) -> None:
        """Show the runs that have every word of `text`, and keep its conditions."""
        self.filter = parse_filter(text)
        self._arrange()

    def sort_by(self, column: Column) -> None:
        """Sort by `column`; the other way round where that is done already."""
        self.descending = not self.descending if column is self.column else column.descending_first
        self.column = column
        self._arrange()

    def sort_by_next(self, shown: tuple[Column, ...]) -> None:
        """Sort by the next of the columns that are `shown`."""
        start = COLUMNS.index(self.column) + 1
        order = [column for column in (*COLUMNS[start:], *COLUMNS[:start]) if column in shown]
        if order:
            self.sort_by(order[0])

    def move(self, by: int) -> None:
        """Move the cursor, as far as there are rows."""
        self.at = max(min(self.at + by, len(self.shown) - 1), 0)

    def toggle_mark(self) -> None:
        """Mark the run under the cursor, or unmark it."""
        if self.current is not None:
            self._marked ^= {self.current.path}

    def unmark_all(self) -> None:
        """Take every mark away."""
        self._marked.clear()

    def _arrange(self) -> None:
        before = self.current
        found = [row for row in self._all if self.filter.takes(row)]
        known: list[tuple[Key, Row]] = []
        unknown: list[Row] = []
        for row in found:
            key = self._key(row)
            if key is None:
                unknown.append(row)  # last, whichever way round
            else:
                known.append((key, row))
        known.sort(
            key=lambda pair: pair[0], reverse=self.descending
        )  # stable: a suite's runs stay in its order
        self.shown = (*(row for _, row in known), *unknown)
        places = {row.path: at for at, row in enumerate(self.shown)}
        kept = None if before is None else places.get(before.path)
        self.at = max(min(self.at, len(self.shown) - 1), 0) if kept is None else kept

    def _key(self, row: Row) -> Key | None:
        return self._start_times[row.suite] if self.column is WHEN else self.column.key(row.run)


def _start_time(rows: tuple[Row, ...]) -> float:
    """Return when a suite began (Unix seconds): its runs stay together, one tried again later too."""
    times = [row.run.started_at for row in rows if row.run.started_at is not None]
    if times:
        return min(times)
    try:  # nothing was trained yet; the folder is named after the time, unless somebody renamed it
        return datetime.strptime(rows[0].run.suite[:_STAMP_LENGTH], _STAMP).astimezone().timestamp()
    except ValueError:
        return 0.0
