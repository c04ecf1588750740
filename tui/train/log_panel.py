"""What happened, as text one can select: the assignment's two lines an epoch, notices, ends."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from textual.widgets import Log

from core.results.epoch_text import epoch_heading, evaluation_line, train_line
from core.results.outcome_text import outcome_words
from core.runs.events import Evaluated
from core.runs.run_state import EpochResult, RunState
from tui.text.narrator import Line, Narrator, data_words, device_words, notices
from tui.text.wording import norm_words

_DRAWN_LINES: Final = 128  # kept as drawn, two kilobytes each: a screen and some; Textual would keep 1,024


class LogPanel(Log):
    """Appends what is new in each run; starts again with another suite."""

    def __init__(self) -> None:
        super().__init__(id="log", classes="frame", max_lines=10_000)
        self._render_line_cache.maxsize = _DRAWN_LINES
        self._narrator = Narrator(log_lines)
        self.border_title = "Log"

    def begin(self, run: str = "") -> None:
        """Forget what was logged: another suite is shown, or of this one another run, or all again."""
        self.border_title = f"Log of {run}" if run else "Log"
        self.clear()
        self._narrator.forget()

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Write what is new in `runs`."""
        lines = list(self._narrator.news(runs))
        if lines:
            self.write_lines([part for line in lines for part in line.splitlines()])


def log_lines(run: RunState) -> Iterator[Line]:
    """Give every line worth saying of `run`."""
    if run.started is None:
        return
    config = run.started.config
    yield "started", lambda: f"{norm_words(run)}, preset {config.preset}, seed {config.seed}"
    if run.environment is not None:
        yield "device", lambda: f"{run.name}: on {device_words(run)}"
    if run.data is not None:
        yield "data", lambda: f"{run.name}: {data_words(run)}"
    yield from notices(run)
    for result in run.epochs:
        yield (result.epoch, "train"), partial(_train_lines, run, result)
        if result.test is not None:
            yield (result.epoch, "test"), partial(_test_line, run, result.test)
    if run.outcome.ended:
        yield "end", lambda: f"{run.name}: {outcome_words(run)}"


def _train_lines(run: RunState, result: EpochResult) -> str:
    # each line is named: other runs may have spoken in between
    return f"{run.name} {epoch_heading(result.epoch)}\n{run.name}: {train_line(result.train)}"


def _test_line(run: RunState, test: Evaluated) -> str:
    return f"{run.name}: {evaluation_line(test)}"
