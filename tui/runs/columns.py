"""What the list tells of a run: its columns, how they read, and by what they are sorted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.cells import cell_len

from core.printable import printable
from core.runs.index import RunSummary
from core.runs.run_state import Outcome
from tui.text.outcome_signs import OUTCOME_SIGNS, PAUSED_SIGN

GAP: Final = 2
_UNKNOWN: Final = "–"
_STATES: Final = {
    Outcome.RUNNING: "training",
    Outcome.WAITING: "waiting",
    Outcome.DIVERGED: "diverged",
    Outcome.FAILED: "failed",
    Outcome.LOST: "lost",
    Outcome.STOPPED: "stopped",
    Outcome.FINISHED: "finished",
}
_STATE_ORDER: Final = tuple(_STATES)

Key = float | str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list.

    `ascending_words` and `descending_words` say how the list reads in that order; where `descending_first`,
    it is sorted so when the column is first chosen. A column is at most `most` cells wide; those with a low
    `rank` go last where room is short.
    """

    name: str
    text: Callable[[RunSummary], str]
    key: Callable[[RunSummary], Key | None]
    ascending_words: str
    descending_words: str
    rank: int
    most: int
    descending_first: bool = False
    right: bool = False


def _state(run: RunSummary) -> str:
    if run.outcome is None:
        return "! unreadable"
    if run.stalled:
        return f"{PAUSED_SIGN[0]} stalled"
    waits_for_nobody = run.outcome is Outcome.WAITING and run.locked is False
    words = "not started" if waits_for_nobody else _STATES[run.outcome]
    return f"{OUTCOME_SIGNS[run.outcome][0]} {words}"


def _when(run: RunSummary) -> str:
    if run.started_at is None:
        return _UNKNOWN
    try:
        return f"{datetime.fromtimestamp(run.started_at, UTC).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):  # an event file may hold any number
        return _UNKNOWN


def _data(run: RunSummary) -> str:
    """Name a run's images; one that waits does not know what a folder holds."""
    return _UNKNOWN if run.outcome is Outcome.WAITING else run.data


def _accuracy(run: RunSummary) -> str:
    return _UNKNOWN if run.last_accuracy is None else f"{run.last_accuracy:.2%}"


WHEN: Final = Column(
    "when",
    _when,
    lambda run: run.started_at,
    "oldest first",
    "newest first",
    rank=1,
    most=16,
    descending_first=True,
)
COLUMNS: Final = (
    Column(
        "state",
        _state,
        lambda run: None if run.outcome is None else float(_STATE_ORDER.index(run.outcome)),
        "training first",
        "training last",
        rank=0,
        most=13,
    ),
    WHEN,
    Column("suite", lambda run: run.suite, lambda run: run.suite, "a to z", "z to a", rank=8, most=36),
    Column("norm", lambda run: run.norm or "", lambda run: run.norm, "a to z", "z to a", rank=2, most=5),
    Column(
        "preset", lambda run: run.preset or "", lambda run: run.preset, "a to z", "z to a", rank=5, most=12
    ),
    Column(
        "data",
        _data,
        lambda run: None if run.outcome is Outcome.WAITING else run.data or None,
        "a to z",
        "z to a",
        rank=7,
        most=32,
    ),
    Column(
        "seed",
        lambda run: _UNKNOWN if run.seed is None else str(run.seed),
        lambda run: run.seed,
        "lowest first",
        "highest first",
        rank=6,
        most=10,
        right=True,
    ),
    Column(
        "epochs",
        lambda run: _UNKNOWN if run.epochs_wanted is None else f"{run.epochs_done}/{run.epochs_wanted}",
        lambda run: run.epochs_done,
        "fewest first",
        "most first",
        rank=4,
        most=9,
        descending_first=True,
        right=True,
    ),
    Column(
        "accuracy",
        _accuracy,
        lambda run: run.last_accuracy,
        "worst first",
        "best first",
        rank=3,
        most=8,
        descending_first=True,
        right=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A run with its texts, one a column; `words` is all of them in lower case, to be searched."""

    run: RunSummary
    texts: tuple[str, ...]
    words: str

    @property
    def path(self) -> Path:
        """The run's folder, which tells it from all others."""
        return self.run.path

    @property
    def suite(self) -> Path:
        """The suite's folder."""
        return self.run.path.parent if self.run.name else self.run.path

    @property
    def live(self) -> bool:
        """Return whether a worker is at work in the run's suite."""
        return self.run.locked is True

    @property
    def trouble(self) -> str:
        """Why the run cannot be read, in the row's words; empty where it can."""
        run = self.run
        if run.problem is None:
            return ""
        where = f"{run.suite}/{run.name}" if run.name else run.suite
        return printable(f"{where}: {run.problem.rpartition('/')[2]}")


def row_of(run: RunSummary) -> Row:
    """Return `run` as a row."""
    texts = tuple(printable(column.text(run)) for column in COLUMNS)
    return Row(run, texts, " ".join(texts).lower())


@dataclass(frozen=True, slots=True)
class Field:
    """A column that has room: where it begins on a line, and its width, in cells."""

    column: Column
    at: int
    width: int

    @property
    def index(self) -> int:
        """Which of a row's texts it shows."""
        return COLUMNS.index(self.column)


def widths_of(rows: Sequence[Row]) -> tuple[int, ...]:
    """Return how wide each column would have to be for `rows`."""
    longest = [len(column.name) for column in COLUMNS]
    for row in rows:
        for index, text in enumerate(row.texts):
            longest[index] = max(longest[index], cell_len(text))
    return tuple(min(column.most, width) for column, width in zip(COLUMNS, longest, strict=True))


def fields(widths: Sequence[int], room: int, lead: int) -> tuple[Field, ...]:
    """Return the columns that fit into `room` cells, the first one `lead` cells from the left.

    Behind each there is a gap for the sign of the order; behind the last, the sign alone.
    """
    left = room - lead + GAP - 1
    chosen: list[Column] = []
    for column in sorted(COLUMNS, key=lambda column: column.rank):
        left -= widths[COLUMNS.index(column)] + GAP
        if left < 0:
            break
        chosen.append(column)
    found: list[Field] = []
    at = lead
    for column, width in zip(COLUMNS, widths, strict=True):
        if column in chosen:
            found.append(Field(column, at, width))
            at += width + GAP
    return tuple(found)
