"""The database of a project of trackio: SQLite, several runs in one file."""

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from core.tracking.readers.json_lines import json_object
from core.tracking.readers.plain_values import config_texts, leaves, moment, number, whole
from core.tracking.readers.telling import Telling, tag_name
from core.tracking.readers.trackio_tables import (
    REFUSALS,
    ChangedMeanwhileError,
    News,
    has_tables,
    plain,
    read_news,
)
from core.tracking.source import Told

_TRIES: Final = 3
_OWN: Final = "_"  # at the front of what trackio itself adds to a run's settings
_ID_LETTERS: Final = 8


class Trackio:
    """A file ``PROJECT.db`` with the tables of trackio."""

    name = "trackio"

    def reads(self, path: Path) -> bool:
        """Tell whether the file is a database with trackio's tables, or one that is damaged."""
        return path.suffix == ".db" and path.is_file() and has_tables(path)

    def open(self, path: Path, run: str) -> "TrackioSource":
        """Return what reads it."""
        return TrackioSource(path, run)


class TrackioSource:
    """The runs of one project, called by its name and theirs.

    Each call reads the lines behind the last ones; where runs were deleted, it looks at all again.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = run
        self._runs: dict[str, Telling] = {}
        self._names: set[str] = set()
        self._last_config = 0
        self._last_metric = 0
        self._began_again = self._damaged = False

    @property
    def path(self) -> Path:
        """The database."""
        return self._path

    def poll(self) -> Iterator[Told]:
        """Yield what was added to the database, to be read to the end.

        Raises:
            OSError: the file is gone, or cannot be read.
        """
        written = self._path.stat().st_mtime
        self._began_again = False
        try:
            while not self._damaged and (news := self._news()) is not None:
                self._check_order(news)
                self._tell(news, written)
                for run in self._runs.values():
                    yield from run.take()
        except REFUSALS as error:
            if not _is_busy(error):
                run = self._telling("", "", written)
                run.notice(f"{self._path.name} can't be read: {error}", written)
        for run in self._runs.values():
            yield from run.take()

    def _news(self) -> News | None:
        """Return the next lines, None where there are none, or the database never held still."""
        for _ in range(_TRIES):
            try:
                news = read_news(self._path, self._last_config, self._last_metric)
            except ChangedMeanwhileError:
                continue
            if news.last_metric < self._last_metric:
                self._begin_again()
                continue
            return news if news.configs or news.metrics else None
        return None

    def _begin_again(self) -> None:
        """Read from the start: runs were deleted, or it is another database.

        Raises:
            sqlite3.DatabaseError: that was so a moment ago: it contradicts itself.
        """
        self._damaged = self._began_again
        if self._damaged:
            raise sqlite3.DatabaseError("its tables contradict themselves")
        self._began_again = True
        self._last_config = self._last_metric = 0
        for run in self._runs.values():
            run.read_again()

    def _check_order(self, news: News) -> None:
        """Check that lines come in their order, so that reading them has an end.

        Raises:
            sqlite3.DatabaseError: they do not.
        """
        for lines, last in ((news.configs, self._last_config), (news.metrics, self._last_metric)):
            places = [last, *(line[0] for line in lines)]
            self._damaged = any(after <= before for before, after in pairwise(places))
            if self._damaged:
                raise sqlite3.DatabaseError("its lines are out of order")

    def _tell(self, news: News, written: float) -> None:
        for identity, key, name, config in news.configs:
            self._last_config = identity
            found = json_object(plain(config)) or {}
            settings = {tag: value for tag, value in found.items() if not tag.startswith(_OWN)}
            run = self._telling(plain(key), plain(name), written)
            run.begin(written, config_texts(settings))
        for identity, key, name, time, step, metrics in news.metrics:
            self._last_metric = identity
            run = self._telling(plain(key), plain(name), written)
            values, place = json_object(plain(metrics)), whole(step)
            if values is None or place is None:
                run.notice("lines that are no metrics are passed over", written)
                continue
            logged = moment(plain(time))
            for tag, value in leaves(values):
                found_number = number(value)
                if found_number is not None:
                    run.scalar(tag, place, found_number, written if logged is None else logged)

    def _telling(self, key: str, name: str, written: float) -> Telling:
        run = self._runs.get(key)
        if run is None:
            full = f"{self._run}/{tag_name(name)}" if name else self._run
            if full in self._names:
                full = f"{full} ({key[:_ID_LETTERS]})"
            self._names.add(full)
            run = self._runs[key] = Telling(full, Trackio.name, rereads=True)
            run.begin(written, name=name)
        return run


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
