"""What the list tells of a run: its columns, how they read, and by what they are sorted."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.config.presets import Preset
from core.printable import printable
from core.results import number_format
from core.runs.index import RunSummary
from core.runs.run_state import Outcome
from tui.text.outcome_signs import OUTCOME_SIGNS, PAUSED_SIGN
from tui.text.wording import clock

UNKNOWN: Final = "–"
_ALL: Final = "all"
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
    `rank` go last where room is short. One that is `optional` goes before them where all rows have the same
    there, and `plain` are the texts of which one goes without saying; any other says something of them.
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
    optional: bool = False
    plain: Collection[str] | None = None


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
        return UNKNOWN
    try:
        return f"{datetime.fromtimestamp(run.started_at, UTC).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):  # an event file may hold any number
        return UNKNOWN


def _data(run: RunSummary) -> str:
    """Name a run's images; one that waits does not know what a folder holds."""
    return UNKNOWN if run.outcome is Outcome.WAITING else run.data


def _preset(run: RunSummary) -> str:
    """Name a run's preset, or whose network it trains, and what is edited of the recipe."""
    whose = f"{run.network}, {run.preset}" if run.network else run.preset or ""
    return f"{whose}{f', edited: {run.edited}' if run.edited else ''}"


def _accuracy(run: RunSummary) -> str:
    return UNKNOWN if run.last_accuracy is None else f"{run.last_accuracy:.2%}"


def _limit(run: RunSummary) -> str:
    """Say on how many images a run trains and is tested, where it is not all."""
    if run.outcome is None:
        return UNKNOWN
    limits = (run.limit_train, run.limit_test)
    return _ALL if limits == (None, None) else "/".join(map(_images, limits))


def _images(count: int | None) -> str:
    """Write a number of images in few cells: 3k, 12.5k, 512."""
    if count is None:
        return _ALL
    return (
        f"{count // 1000}{f'.{rest}' if (rest := count % 1000 // 100) else ''}k"
        if _is_round(count)
        else f"{count:,}"
    )


def _is_round(count: int) -> bool:
    return count >= 1000 and count % 100 == 0  # noqa: PLR2004 - a thousand, and its tenth


def _limit_key(run: RunSummary) -> Key | None:
    return None if run.outcome is None else math.inf if run.limit_train is None else float(run.limit_train)


def _rate(run: RunSummary) -> str:
    return UNKNOWN if run.learning_rate is None else number_format.rate(run.learning_rate)


def _best(run: RunSummary) -> str:
    return UNKNOWN if run.best_accuracy is None else f"{run.best_accuracy:.2%}"


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
_NAMES: Final = ("a to z", "z to a")
_NUMBERS: Final = ("lowest first", "highest first")
_ACCURACIES: Final = ("worst first", "best first")
BEST: Final = Column(
    "best epoch",
    _best,
    lambda run: run.best_accuracy,
    *_ACCURACIES,
    rank=11,
    most=10,
    descending_first=True,
    right=True,
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
    Column("suite", lambda run: run.suite, lambda run: run.suite, *_NAMES, rank=13, most=36),
    Column("norm", lambda run: run.norm or "", lambda run: run.norm, *_NAMES, rank=2, most=5),
    Column(
        "preset",
        _preset,
        lambda run: _preset(run) or None,
        *_NAMES,
        rank=5,
        most=40,
        optional=True,
        plain=tuple(Preset),
    ),
    Column(
        "data",
        _data,
        lambda run: None if run.outcome is Outcome.WAITING else run.data or None,
        *_NAMES,
        rank=8,
        most=32,
        optional=True,
    ),
    Column(
        "limit",
        _limit,
        _limit_key,
        "fewest images first",
        "most images first",
        rank=6,
        most=17,
        right=True,
        optional=True,
        plain=(_ALL,),
    ),
    Column(
        "seed",
        lambda run: UNKNOWN if run.seed is None else str(run.seed),
        lambda run: run.seed,
        *_NUMBERS,
        rank=7,
        most=10,
        right=True,
        optional=True,
    ),
    Column("lr", _rate, lambda run: run.learning_rate, *_NUMBERS, rank=9, most=9, right=True, optional=True),
    Column(
        "batch",
        lambda run: UNKNOWN if run.batch_size is None else f"{run.batch_size:,}",
        lambda run: run.batch_size,
        *_NUMBERS,
        rank=12,
        most=6,
        right=True,
        optional=True,
    ),
    Column(
        "epochs",
        lambda run: UNKNOWN if run.epochs_wanted is None else f"{run.epochs_done}/{run.epochs_wanted}",
        lambda run: run.epochs_done,
        "fewest first",
        "most first",
        rank=4,
        most=9,
        descending_first=True,
        right=True,
    ),
    Column(
        "time",
        lambda run: UNKNOWN if run.seconds is None else clock(run.seconds),
        lambda run: run.seconds,
        "shortest first",
        "longest first",
        rank=10,
        most=8,
        right=True,
    ),
    Column(
        "accuracy",
        _accuracy,
        lambda run: run.last_accuracy,
        *_ACCURACIES,
        rank=3,
        most=8,
        descending_first=True,
        right=True,
    ),
    BEST,
)
BEST_CAUTION: Final = "best epoch: chosen on the test images, no result"


@dataclass(frozen=True, slots=True)
class Row:
    """A run with its texts, one a column; `words`, to be searched, has them and the note in lower case."""

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
    def state(self) -> str:
        """How the run stands, in a word or two, without its sign."""
        return self.texts[0].partition(" ")[2]

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
    return Row(run, texts, " ".join((*texts, run.note)).lower())
