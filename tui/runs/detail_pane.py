"""The pane of the run under the cursor, or of what differs between the marked ones.

A run's file is read when the cursor has come to rest on it, in a thread: no key waits for a disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from core.printable import printable
from core.runs.index import RunSummary
from tui.runs.columns import Row
from tui.runs.detail_sheet import detail_lines, difference_lines
from tui.runs.details import Details, read_details

if TYPE_CHECKING:
    from pathlib import Path

    from textual.timer import Timer

_REST_SECONDS: Final = 0.1
_KEPT: Final = 128
_MOST_COMPARED: Final = 32


class DetailPane(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Shows what is known of the rows it is given; reads only what it has room to show."""

    ALLOW_SELECT = False

    @dataclass
    class Read(Message):
        """A run was read, as it stood when its row said `run`."""

        run: RunSummary
        details: Details

    def __init__(self) -> None:
        super().__init__(id="details", classes="frame")
        self._text = Static(id="details-text", markup=False)
        self._rows: tuple[Row, ...] = ()
        self._marked = 0
        self._has_mark = False
        self._known: dict[Path, Details] = {}
        self._as_of: dict[Path, RunSummary] = {}
        self._rest: Timer | None = None

    def compose(self) -> "list[Static]":
        """Put the text into a frame that scrolls."""
        return [self._text]

    def on_show(self) -> None:
        """Read what was not worth reading unseen."""
        self._look()

    def on_resize(self) -> None:
        """Use the new room."""
        self.call_after_refresh(self._draw)

    def show(self, current: Row | None, marked: Sequence[Row]) -> None:
        """Tell of the run under the cursor; where several are marked, of what differs between them."""
        rows = tuple(marked[:_MOST_COMPARED]) if len(marked) > 1 else () if current is None else (current,)
        marks = len(marked) if len(marked) > 1 else 0
        has_mark = current is not None and any(row.path == current.path for row in marked)
        if (rows, marks, has_mark) != (self._rows, self._marked, self._has_mark):
            if [row.path for row in rows] != [row.path for row in self._rows]:
                self.scroll_home(animate=False)
            self._rows, self._marked, self._has_mark = rows, marks, has_mark
            self._look()

    def _look(self) -> None:
        """Draw what is known, and read the rest once the cursor rests."""
        if not self.display or not self.is_attached:
            return
        self._draw()
        if self._rest is not None:
            self._rest.stop()
        wanted = tuple(row.run for row in self._rows if row.run.name and self._as_of.get(row.path) != row.run)
        if wanted:
            self._rest = self.set_timer(_REST_SECONDS, lambda: self._read(wanted))

    @work(thread=True, exclusive=True)
    def _read(self, runs: tuple[RunSummary, ...]) -> None:
        for run in runs:
            if get_current_worker().is_cancelled:
                return
            self.post_message(self.Read(run, read_details(run.path)))

    @on(Read)
    def _keep(self, read: Read) -> None:
        for kept in (self._known, self._as_of):
            kept.pop(read.run.path, None)
        self._known[read.run.path], self._as_of[read.run.path] = read.details, read.run
        while len(self._known) > _KEPT:
            oldest = next(iter(self._known))
            del self._known[oldest], self._as_of[oldest]
        if any(row.path == read.run.path for row in self._rows):
            self._draw()

    # -- drawing ---------------------------------------------------------------------------------------

    def _draw(self) -> None:
        width = self._text.content_size.width or self.content_size.width
        if width:
            self.border_title = Content(self._title())  # names hold no markup
            self._text.update(Content("\n").join(self._lines(width)))

    def _title(self) -> str:
        if self._marked:
            read = "" if self._marked == len(self._rows) else f", the first {len(self._rows)} of them"
            return f"what differs between {self._marked} marked runs{read}"
        if not self._rows:
            return "no run"
        run = self._rows[0].run
        mark = "◆ " if self._has_mark else ""
        return mark + printable(f"{run.name} · {run.suite}" if run.name else run.suite)

    def _lines(self, width: int) -> list[Content]:
        if not self._rows:
            return []
        if (trouble := self._rows[0].trouble) and not self._marked:
            return [Content.styled(trouble, "$warning")]
        known = [self._known[row.path] for row in self._rows if row.path in self._known]
        readable = [row for row in self._rows if row.run.name]
        if len(known) < len(readable):
            return [Content.styled("reading …", "$foreground 60%")]
        return difference_lines(known, width) if self._marked else detail_lines(known[0], width)
