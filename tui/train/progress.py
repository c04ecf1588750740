"""Three bars: the batch in the epoch, the epoch in the run, the runs in the suite."""

from textual.content import Content
from textual.widgets import Static

from tui.text.suite_progress import Bar
from tui.text.wording import clock

_LEFT = 7
_COUNT = 9  # or more, where one is longer; with the blank before it
_NOTE = 18  # or more, where one is longer
_TIME = 14
_LEAST_BAR = 4


class ProgressPanel(Static):
    """Shows how far the open suite is, with rates and an estimate of the time left."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="progress", markup=False)
        self._bars: tuple[Bar, ...] = ()

    def show(self, bars: tuple[Bar, ...]) -> None:
        """Draw `bars`, where they are others."""
        if bars != self._bars:
            self._bars = bars
            self._draw()

    def on_resize(self) -> None:
        """Fit the bars to the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if width:
            bars = self._bars if self.content_size.height > 1 else self._bars[1:2]  # of one, the epoch's
            self.update(Content("\n").join(progress_lines(bars, width)), layout=False)


def progress_lines(bars: tuple[Bar, ...], width: int) -> list[Content]:
    """Draw `bars` in lines of `width` columns."""
    count = max([_COUNT, *(len(bar.count) + 1 for bar in bars)])
    room = width - _LEFT - count - _TIME - 3 - _LEAST_BAR
    note = max(_NOTE, min(room, max((len(bar.note) for bar in bars), default=0)))
    return [_line(bar, width, count, note) for bar in bars]


def _line(bar: Bar, width: int, count: int, note: int) -> Content:
    length = max(width - _LEFT - count - note - _TIME - 3, _LEAST_BAR)
    filled = round(min(max(bar.done, 0.0), 1.0) * length)
    left = "" if bar.left is None else f" {clock(bar.left) + ' left':>{_TIME}}"
    end = note if left else note + 1 + _TIME  # what is not yet estimated leaves its place to the note
    return Content.assemble(
        (f"{bar.name:<{_LEFT}}", "$foreground 60%"),
        ("━" * filled, "$success" if filled == length else "$primary"),
        ("─" * (length - filled), "$border"),
        f"{bar.count:>{count}} ",
        (f" {bar.note[:end]:<{end}}", "$foreground 75%"),
        left,
    )
