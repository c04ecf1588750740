"""The runs as lines: how each stands, where it is, and its newest values of what is plotted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from core.tracking.tracked_run import TrackedRun
from tui.charts.ink import fitted
from tui.charts.value_words import value_words
from tui.text.outcome_signs import OUTCOME_SIGNS, PAUSED_SIGN
from tui.tracked.tag_charts import StyledRun
from tui.tracked.tag_pages import name_of

_CHOSEN: Final = "reverse"
_QUIET: Final = "$foreground 60%"
_UNKNOWN_SIGN: Final = (" ", "$foreground 60%")
_MOST_NAME: Final = 40
_STATE: Final = 9  # columns, as "finished" needs
_STEP: Final = 10
_VALUE: Final = 14
_MARK: Final = 5  # the sign of the state, the run's own line and mark, blanks
_FRAME: Final = 3  # lines: the border, and the names of the columns


@dataclass(frozen=True, slots=True)
class TableView:
    """What the table shows: the runs, the number of the chosen one, and which tags have columns."""

    runs: tuple[StyledRun, ...]
    chosen: int
    tags: tuple[str, ...]


class RunTable(Static):
    """Shows as many runs as fit, the chosen one always."""

    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """The run of this number was clicked."""

        number: int

    def __init__(self) -> None:
        super().__init__(id="tracked-runs", classes="frame", markup=False)
        self._view: TableView | None = None
        self._first = 0

    def show(self, view: TableView) -> None:
        """Draw `view`, where it is another one."""
        if view != self._view:
            self._view = view
            self.styles.height = len(view.runs) + _FRAME
            self._draw()

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def on_click(self, event: Click) -> None:
        """Choose the run under the mouse."""
        place = event.get_content_offset(self)
        if place is not None and self._view is not None:
            number = self._first + place.y - 1
            if place.y > 0 and number < len(self._view.runs):
                self.post_message(self.Chosen(number))

    def _draw(self) -> None:
        width, height = self.content_size
        if self._view is None or height <= 1 or not width:
            return
        rows = height - 1
        runs, chosen = self._view.runs, self._view.chosen
        self._first = min(max(chosen - rows // 2, 0), max(len(runs) - rows, 0))
        shown = runs[self._first : self._first + rows]
        more = len(runs) - len(shown)
        self.border_subtitle = f"{more} more" if more else ""
        self.update(Content("\n").join(_lines(self._view, shown, chosen - self._first, width)), layout=False)


def _lines(view: TableView, shown: Sequence[StyledRun], chosen: int, width: int) -> list[Content]:
    longest = max(cell_len(one.run.name) for one in shown)
    room = width - _MARK - _STATE - _STEP
    name = min(max(longest, len("run")), _MOST_NAME, max(room, 1))
    tags = view.tags[: max(room - name, 0) // _VALUE]
    heads = "".join(f"{fitted(name_of(tag), _VALUE - 1):>{_VALUE}}" for tag in tags)
    head = f"{'':<{_MARK}}{'run':<{name}} {'state':<{_STATE}}{'step':>{_STEP - 1}}{heads}"
    lines = (_line(one, name, tags, chosen=place == chosen) for place, one in enumerate(shown))
    return [Content.styled(head, _QUIET), *lines]


def _line(styled: StyledRun, name: int, tags: Sequence[str], *, chosen: bool) -> Content:
    run, style = styled.run, styled.style
    sign, colour = sign_of(run)
    step = f"{run.last_step:,}" if run.last_step >= 0 else "–"
    values = "".join(f"{_value(run, tag):>{_VALUE}}" for tag in tags)
    words = Content.assemble(
        (f"{fitted(run.name, name)}", f"${style.colour.name}"),
        f" {state_words(run):<{_STATE}}{step:>{_STEP - 1}}{values}",
    )
    return Content.assemble(
        (f"{sign} ", colour),
        (f"{style.shape.line}{style.shape.mark} ", f"${style.colour.name}"),
        words.stylize(_CHOSEN) if chosen else words,
    )


def _value(run: TrackedRun, tag: str) -> str:
    series = run.series.get(tag)
    return "–" if series is None else value_words(series.last, percent=False)


def sign_of(run: TrackedRun) -> tuple[str, str]:
    """Return the sign of how a run stands, and its colour."""
    if run.paused:
        return PAUSED_SIGN
    return _UNKNOWN_SIGN if run.outcome is None else OUTCOME_SIGNS[run.outcome]


def state_words(run: TrackedRun) -> str:
    """Return how a run stands in one short word; nothing where that is not known."""
    if run.paused:
        return "paused"
    return "" if run.outcome is None else str(run.outcome)
