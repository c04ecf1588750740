"""Draws the list of runs: only the lines that are seen, so a thousand runs cost what thirty do."""

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from core.config.presets import Norm
from core.runs.run_state import Outcome
from tui.runs.column_layout import GAP, Field, fields
from tui.runs.columns import Column
from tui.runs.listing import Listing

_LEAD: Final = 3  # the cursor, a mark, a space
_SCROLLBAR: Final = 1  # its room is kept free, so that columns stay as rows come and go
_TONES: Final = {
    None: "run-list--warning",
    Outcome.WAITING: "run-list--faint",
    Outcome.RUNNING: "run-list--live",
    Outcome.FINISHED: "run-list--good",
    Outcome.STOPPED: "run-list--warning",
    Outcome.DIVERGED: "run-list--error",
    Outcome.FAILED: "run-list--error",
    Outcome.LOST: "run-list--error",
}


@dataclass(frozen=True, slots=True)
class _Head:
    """The line of the columns' names, as it is drawn."""

    fields: tuple[Field, ...]
    column: Column
    descending: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A run's line, as it is drawn."""

    fields: tuple[Field, ...]
    texts: tuple[str, ...]
    trouble: str
    outcome: Outcome | None
    norm: Norm | None
    marked: bool
    cursor: bool


class RunList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a listing below a line of column names; keys are the screen's."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "run-list--head",
        "run-list--cursor",
        "run-list--mark",
        "run-list--batch",
        "run-list--layer",
        "run-list--group",
        *_TONES.values(),
    }

    @dataclass
    class HeadClicked(Message):
        """The name of a column was clicked."""

        column: Column

    @dataclass
    class RowClicked(Message):
        """The row at `at` was clicked: `twice` in short order, or where its `mark` is."""

        at: int
        twice: bool
        mark: bool

    def __init__(self, listing: Listing) -> None:
        super().__init__()
        self._listing = listing
        self._fields: tuple[Field, ...] = ()
        self._drawn_at = 0
        self._drawn: dict[int, object] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns there is room for."""
        return tuple(field.column for field in self._fields)

    @property
    def page(self) -> int:
        """How many rows are seen at once."""
        return max(self.scrollable_content_region.height - 1, 1)

    @property
    def _first(self) -> int:
        return round(self.scroll_y)

    def on_resize(self) -> None:
        """Use the new room."""
        self.show_rows(follow=True)

    def show_rows(self, *, follow: bool) -> None:
        """Draw what has changed.

        Show the cursor where `follow`; else leave it, and what is around it, on the lines where they are.
        """
        room = self.size.width - _SCROLLBAR
        self._fields = fields(self._listing.measures, room, _LEAD, self._listing.column)
        line, first = self._drawn_at - self._first, self._first
        self.virtual_size = Size(self.size.width, len(self._listing.shown) + 1)
        if follow:
            self._follow()
        elif first:  # at the top the newest are wanted, not the same
            self.scroll_to(y=self._listing.at - line, animate=False)
        self._drawn_at = self._listing.at
        lines = [y for y in range(self.size.height) if self._drawn.get(y) != self._line(y)]
        if lines:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines))

    def _follow(self) -> None:
        at, page = self._listing.at, self.page
        if not self._first <= at < self._first + page:
            self.scroll_to(y=at if at < self._first else at - page + 1, animate=False)

    # -- drawing ---------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw the line `y` of what is seen: the columns' names first, which stay."""
        width = self.scrollable_content_region.width
        line = self._drawn[y] = self._line(y)
        segments: list[Segment] = []
        style = self.rich_style
        if isinstance(line, _Head):
            segments, style = self._head(line), self._whole_style("run-list--head")
        elif line is not None:
            segments = self._row(line, width)
            style = self._whole_style("run-list--cursor") if line.cursor else style
        return Strip(segments).apply_style(style).adjust_cell_length(width, style)

    def _line(self, y: int) -> "_Head | _Line | None":
        """Return what belongs on the line `y` of what is seen."""
        listing = self._listing
        if y == 0:
            return _Head(self._fields, listing.column, listing.descending) if listing.total else None
        at = y - 1 + self._first
        if at >= len(listing.shown):
            return None
        row = listing.shown[at]
        return _Line(
            self._fields,
            row.texts,
            row.trouble,
            row.run.outcome,
            row.run.norm,
            listing.is_marked(row),
            at == listing.at,
        )

    def _whole_style(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    def _tone(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def _head(self, head: "_Head") -> list[Segment]:
        segments = [Segment(" " * _LEAD)]
        for field in head.fields:
            column = field.column
            sign = "" if column is not head.column else " ↓" if head.descending else " ↑"
            width = field.width - (1 if sign else 0)
            name = f"{column.name.rjust(width) if column.right else column.name}{sign}"
            segments.append(Segment(set_cell_size(name, field.width + GAP)))
        return segments

    def _row(self, line: "_Line", width: int) -> list[Segment]:
        lead = [
            Segment("▸" if line.cursor else " "),
            Segment("◆ " if line.marked else "  ", self._tone("run-list--mark")),
        ]
        if not line.trouble:
            return [*lead, *(self._cell(line, field) for field in line.fields)]
        state = self._cell(line, line.fields[0]) if line.fields else Segment("")
        room = max(width - _LEAD - state.cell_length, 0)
        return [*lead, state, Segment(_cut(line.trouble, room), self._tone("run-list--warning"))]

    def _cell(self, line: "_Line", field: Field) -> Segment:
        text = _cut(line.texts[field.index], field.width)
        if field.column.right:
            text = " " * (field.width - cell_len(text)) + text
        style = None
        if field.column.name == "state":
            style = self._tone(_TONES[line.outcome])
        elif field.column.name == "norm" and line.norm is not None:
            style = self._tone(f"run-list--{line.norm}")
        return Segment(set_cell_size(text, field.width + GAP), style)

    # -- mouse -----------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked."""
        at = event.y - 1 + self._first
        if event.y == 0:
            for field in self._fields:
                if field.at <= event.x < field.at + field.width + GAP:
                    self.post_message(self.HeadClicked(field.column))
        elif at < len(self._listing.shown):
            self.post_message(self.RowClicked(at, twice=event.chain > 1, mark=event.x < _LEAD))


def _cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…" if width else ""
