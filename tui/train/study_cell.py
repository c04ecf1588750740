"""What stands in a cell of a study's table: how a run stands, in a sign, a word and the test accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean, stdev

from textual.content import Content

from core.results.number_format import NO_VALUE
from core.runs.run_state import Outcome, RunState
from tui.text.outcome_signs import OUTCOME_SIGNS
from tui.train.run_view import RunView


class Room(Enum):
    """How much a cell says; the longest of its words but for epochs, and the columns of an accuracy."""

    TIGHT = ("again", 4)  # ●14/20 49.8
    USUAL = ("stopped", 6)  # ● 14/20   49.79%
    WIDE = ("evaluating ", 6)  # ● evaluating 14/20 49.79%

    def __init__(self, longest: str, accuracy: int) -> None:
        self.longest = len(longest)
        self.accuracy = accuracy

    @property
    def gap(self) -> str:
        """What stands behind a sign."""
        return "" if self is Room.TIGHT else " "

    def width(self, epochs: int) -> int:
        """Return the columns of a cell where the longest run has `epochs` epochs."""
        counted = len(f"{epochs}/{epochs}")
        word = self.longest + counted if self is Room.WIDE else max(self.longest, counted)
        return len(f"●{self.gap}") + word + 1 + self.accuracy

    def percent(self, share: float) -> str:
        """Write an accuracy, 0 to 1, in percent."""
        if self is not Room.TIGHT:
            return f"{share:.2%}"
        return "100" if round(share, 3) == 1 else f"{100 * share:.1f}"


def cell_content(view: RunView, room: Room, width: int) -> Content:
    """Write how a run stands in `width` columns, at least those of its room."""
    sign, colour = view.sign
    if view.queued:
        sign, colour = OUTCOME_SIGNS[Outcome.WAITING]
    word = f"{room.gap}{_word(view, room)}"
    last = view.run.last_accuracy
    accuracy = "" if last is None else room.percent(last)
    return Content.assemble(
        (sign, f"bold {colour}"),
        (word, colour),
        (f"{accuracy:>{width - len(sign + word)}}", "$foreground"),
    )


def _word(view: RunView, room: Room) -> str:
    if room is Room.WIDE:
        return view.state_words
    run = view.run
    tight = room is Room.TIGHT
    match run.outcome:
        case Outcome.WAITING:
            return "waiting" if view.queued else "not begun" if tight else "not started"
        case Outcome.RUNNING:
            return f"{run.epoch}/{view.config.epochs}"
        case _ if view.queued:
            return "again" if tight else "queued"
        case outcome:
            word = "done" if outcome is Outcome.FINISHED else str(outcome)
            return word[:4] if tight else word


@dataclass(frozen=True, slots=True)
class Spread:
    """What a group's finished runs, `done` of `runs`, come to: mean and standard deviation, 0 to 1.

    The deviation is that of a sample (n - 1), None of fewer than two runs; the mean is None of none.
    """

    runs: int
    done: int
    mean: float | None
    deviation: float | None


def spread_of(runs: Sequence[RunState]) -> Spread:
    """Sum up the last test accuracies of those of `runs` that have finished."""
    last = [run.last_accuracy for run in runs if run.outcome is Outcome.FINISHED]
    known = [accuracy for accuracy in last if accuracy is not None]
    return Spread(
        len(runs),
        len(known),
        fmean(known) if known else None,
        stdev(known) if len(known) > 1 else None,
    )


def spread_lines(spread: Spread, room: Room) -> tuple[str, str, str]:
    """Write mean, standard deviation in points, and how many runs they are of."""
    return (
        NO_VALUE if spread.mean is None else room.percent(spread.mean),
        NO_VALUE if spread.deviation is None else f"{100 * spread.deviation:.2f}",
        f"{spread.done} of {spread.runs}",
    )
