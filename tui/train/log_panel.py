"""What happened, as text one can select: the assignment's two lines an epoch, notices, ends."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from textwrap import wrap
from typing import Final

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Log

from core.results.epoch_text import epoch_heading, evaluation_line, train_line
from core.results.outcome_text import outcome_words
from core.results.preset_text import preset_words
from core.runs.events import EpochEnded, Evaluated
from core.runs.run_state import RunState
from tui.text.narrator import Line, Narrator, data_words, device_words, notices
from tui.text.wording import norm_words

_MOST_LINES: Final = 10_000
_DRAWN_LINES: Final = 128  # kept as drawn, two kilobytes each: a screen and some; Textual would keep 1,024
_INDENT: Final = "  "  # of what a line goes on with in the next
_LEAST_ROOM: Final = 20  # columns; before it is laid out a panel has none


class LogPanel(Log):
    """Appends what is new in each run; starts again with another suite.

    A line that is wider than the panel goes on below; all is written again when the width changes.
    """

    virtual_size = Reactive(Size(0, 0))
    """Textual's own lays the whole screen out anew at every line."""

    def __init__(self) -> None:
        super().__init__(id="log", classes="frame", max_lines=_MOST_LINES)
        self._render_line_cache.maxsize = _DRAWN_LINES
        self._narrator = Narrator(partial(log_lines, room=lambda: self._room))
        self._written: deque[Callable[[], str]] = deque(maxlen=_MOST_LINES)
        self._room: int | None = None
        self.border_title = "Log"

    def begin(self, run: str = "") -> None:
        """Forget what was logged: another suite is shown, or of this one another run, or all again."""
        self.border_title = f"Log of {run}" if run else "Log"
        self._narrator.forget()
        self._written.clear()
        self._empty()

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Write what is new in `runs`."""
        new = list(self._narrator.new_lines(runs))
        self._written.extend(new)
        self._write(new)

    def watch_virtual_size(self, size: Size) -> None:
        """Follow the lines with the scrollbar; lay out anew only where that comes or goes."""
        shown = self.show_vertical_scrollbar
        self._scroll_update(size)
        if self.show_vertical_scrollbar is not shown:
            self.refresh(layout=True)

    def on_resize(self) -> None:
        """Use the new room."""
        width = self.size.width - self.styles.scrollbar_size_vertical
        room = width if width >= _LEAST_ROOM else None
        if room != self._room:
            self._room = room
            self._empty()
            self._write(self._written)
        self.scroll_end(animate=False, immediate=True, x_axis=False)  # else a new height ends its following

    def _empty(self) -> None:
        self.clear()
        self.scroll_home(animate=False, immediate=True)  # where an empty log ends, so that it is followed

    def _write(self, texts: Iterable[Callable[[], str]]) -> None:
        lines = [part for text in texts for line in text().splitlines() for part in _fitted(line, self._room)]
        if lines:
            self.write_lines(lines)


def _fitted(line: str, room: int | None) -> list[str]:
    if room is None or len(line) <= room:
        return [line]
    return wrap(line, room, subsequent_indent=_INDENT)


def log_lines(run: RunState, room: Callable[[], int | None]) -> Iterator[Line]:
    """Give every line worth saying of `run`; those on training fit in `room`'s columns where they can."""
    if run.started is None:
        return
    config = run.started.config
    yield "started", lambda: f"{norm_words(run)}, {preset_words(config)}, seed {config.seed}"
    if run.environment is not None:
        yield "device", lambda: f"{run.name}: on {device_words(run)}"
    if run.data is not None:
        yield "data", lambda: f"{run.name}: {data_words(run)}"
    yield from notices(run)
    for result in run.epochs:
        yield (result.epoch, "train"), partial(_train_lines, run.name, result.train, room)
        if result.test is not None:
            yield (result.epoch, "test"), partial(_test_line, run.name, result.test)
    if run.outcome.ended:
        yield "end", lambda: f"{run.name}: {outcome_words(run)}"


def _train_lines(run: str, train: EpochEnded, room: Callable[[], int | None]) -> str:
    # each line is named: other runs may have spoken in between
    name, columns = f"{run}: ", room()
    line = train_line(train, None if columns is None else columns - len(name))
    return f"{name}{epoch_heading(train.epoch)}\n{name}{line}"


def _test_line(run: str, test: Evaluated) -> str:
    return f"{run}: {evaluation_line(test)}"
