"""Reading the tables of trackio: nothing is written, no file is made, and no lock outlives a call.

Where nobody has the database open, it is read without a lock, and again where it was changed meanwhile; else
as SQLite reads what another process writes to.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.runs.safe_files import open_to_read

REFUSALS: Final = (sqlite3.Error, UnicodeError)
"""What SQLite raises for a database that is damaged or locked; its message itself can be no text."""

_FILE_HEAD: Final = b"SQLite format 3\x00"
_AT_ONCE: Final = 5_000  # lines of a table
_WAIT_SECONDS: Final = 0.2
_BESIDE: Final = ("-wal", "-journal")
_COLUMNS: Final = {"id", "run_name", "timestamp", "step", "metrics"}

_Row = tuple[Any, ...]


class ChangedMeanwhileError(Exception):
    """The database was written while it was read without a lock."""


@dataclass(frozen=True, slots=True)
class News:
    """Lines of the tables `configs` (id, run, name, config) and `metrics` (also time, step, values)."""

    configs: tuple[_Row, ...]
    metrics: tuple[_Row, ...]
    last_metric: int


def has_tables(path: Path) -> bool:
    """Tell whether a file is a database of trackio's, or one too damaged to tell.

    Raises:
        OSError: it cannot be read.
    """
    with open_to_read(path) as file:
        if file.read(len(_FILE_HEAD)) != _FILE_HEAD:
            return False
    try:
        with closing(_opened(path)) as database:
            return _columns(database, "metrics") >= _COLUMNS and bool(_columns(database, "configs"))
    except REFUSALS:
        return True  # reading tells what is wrong


def read_news(path: Path, last_config: int, last_metric: int) -> News:
    """Return the lines behind the last ones that were read.

    Raises:
        ChangedMeanwhileError: what was read may be half old, half new.
        sqlite3.Error, UnicodeError: it is damaged, or locked for long.
    """
    before = _state(path)
    try:
        with closing(_opened(path)) as database:
            key = "run_id" if "run_id" in _columns(database, "metrics") else "run_name"
            (last,) = database.execute("SELECT max(id) FROM metrics").fetchone()
            configs = database.execute(
                f"SELECT id, {key}, run_name, config FROM configs WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608 - one of two names
                (last_config, _AT_ONCE),
            ).fetchall()
            metrics = database.execute(
                f"SELECT id, {key}, run_name, timestamp, step, metrics FROM metrics"  # noqa: S608 - as above
                " WHERE id > ? ORDER BY id LIMIT ?",
                (last_metric, _AT_ONCE),
            ).fetchall()
    except REFUSALS:
        if _state(path) != before:
            raise ChangedMeanwhileError from None
        raise
    if _state(path) != before and not before[0]:
        raise ChangedMeanwhileError
    return News(tuple(configs), tuple(metrics), last or 0)


def _state(path: Path) -> tuple[bool, int, int]:
    """Return whether another process has the database open for writing, and how the file is."""
    status = path.stat()
    return _is_written(path), status.st_mtime_ns, status.st_size


def _is_written(path: Path) -> bool:
    return any(path.with_name(path.name + ending).exists() for ending in _BESIDE)


def _opened(path: Path) -> sqlite3.Connection:
    """Open the database to read; one that nobody writes as unchanging: SQLite then leaves no file."""
    how = "mode=ro" if _is_written(path) else "mode=ro&immutable=1"
    database = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=_WAIT_SECONDS)
    database.text_factory = bytes  # a text that is no UTF-8 is no error here
    return database


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {plain(row[1]) for row in database.execute(f"PRAGMA table_info({table})")}


def plain(value: object) -> str:
    """Return a value as text, whatever it is."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
