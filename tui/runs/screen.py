"""Every run below the runs folder: to find, open, compare, try again, export and delete."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from core.errors import InputError
from core.printable import printable
from tui.frame.action import Place
from tui.frame.actions import actions, bindings
from tui.frame.messages import CompareWanted, ExportWanted, LongerWanted, OpenWanted, RetryWanted
from tui.frame.screen import DashboardScreen
from tui.runs.asking import ask_for_note, ask_to_delete
from tui.runs.columns import BEST
from tui.runs.counts import counts_line, nothing_line
from tui.runs.detail_pane import DetailPane
from tui.runs.filter_line import FilterLine
from tui.runs.listing import Changes, Listing
from tui.runs.offers import offered, to_compare, to_export
from tui.runs.reading import RunsReader
from tui.runs.run_list import RunList

if TYPE_CHECKING:
    from textual.timer import Timer

_LOOK_SECONDS: Final = 2.0
_OURS: Final = frozenset(action.base_name for action in actions(Place.RUNS))


@dataclass
class Found(Message):
    """Suites stand otherwise than the list says."""

    changes: Changes


@dataclass
class Looked(Message):
    """The runs folder was looked through; `trouble` says why it could not be."""

    trouble: str = ""


class RunsScreen(DashboardScreen):
    """Lists the runs folder; looks at it every `look_seconds` while the screen is shown."""

    MODE = "runs"
    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = "RunList"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.RUNS)

    def __init__(self, look_seconds: float = _LOOK_SECONDS) -> None:
        super().__init__()
        self._look_seconds = look_seconds
        self._listing = Listing()
        self._list = RunList(self._listing)
        self._filter = FilterLine()
        self._pane = DetailPane()
        self._reader: RunsReader | None = None
        self._timer: Timer | None = None
        self._looking = False
        self._looked: Looked | None = None
        self._told_sentence = ""
        self._told_offers: frozenset[str] = frozenset()

    @property
    def _runs_dir(self) -> Path:
        return self.host.options.runs_dir

    def body(self) -> ComposeResult:
        """Put the filter over the list over its sum, and the run under the cursor below."""
        yield self._filter
        yield self._list
        yield Static(id="nothing", markup=False)
        yield Static(id="counts", markup=False)
        yield self._pane

    # -- reading ---------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Prepare to look at the runs folder."""
        self.top_bar.show(printable(str(self._runs_dir)))
        self._reader = RunsReader(self._runs_dir)
        self._timer = self.set_interval(self._look_seconds, self._look, pause=True)

    def on_screen_resume(self) -> None:
        """Look now, and again and again."""
        self._look()
        if self._timer is not None:
            self._timer.resume()

    def on_screen_suspend(self) -> None:
        """Leave the disk alone while nobody sees the list."""
        if self._timer is not None:
            self._timer.pause()

    def _look(self) -> None:
        if not self._looking and self._reader is not None:
            self._looking = True
            self._read(self._reader)

    @work(thread=True)
    def _read(self, reader: RunsReader) -> None:
        trouble = ""
        try:
            for changes in reader.changes():
                if get_current_worker().is_cancelled:
                    return
                if changes:
                    self.post_message(Found(changes))
        except (InputError, OSError) as error:
            trouble = str(error)
        self.post_message(Looked(trouble))

    @on(Found)
    def _take(self, found: Found) -> None:
        self._listing.take(found.changes)
        self._list.show_rows(follow=False)
        self._tell()

    @on(Looked)
    def _end_look(self, looked: Looked) -> None:
        self._looking = False
        if looked != self._looked:
            self._looked = looked
            self._tell()

    # -- what is shown -----------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Sum the list up, and offer the keys that do something now."""
        trouble = None if self._looked is None else self._looked.trouble
        if (sentence := nothing_line(self._listing, self._runs_dir, trouble)) != self._told_sentence:
            self._told_sentence = sentence
            self.query_one("#nothing", Static).update(sentence)
            self.set_class(bool(sentence), "-nothing")
        reading = "" if self._looked else "reading … "
        self.query_one("#counts", Static).update(
            reading + counts_line(self._listing, best=BEST in self._list.columns), layout=False
        )
        self._pane.show(self._listing.current, self._listing.marked)
        offers = self._offers
        if offers != self._told_offers:
            self._told_offers = offers
            self.refresh_bindings()

    def _rearranged(self) -> None:
        """Show the list as the user wants it now."""
        self._list.show_rows(follow=True)
        self._tell()

    # -- actions ---------------------------------------------------------------------------------------

    @property
    def _offers(self) -> frozenset[str]:
        return offered(self._listing, typing=self.focused is self._filter.input, detailed=self._detailed)

    @property
    def _detailed(self) -> bool:
        return self.has_class("-details")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Return whether an action does something now."""
        return action not in _OURS or action in self._offers

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._listing.move(by)
        self._rearranged()

    def action_page(self, by: int) -> None:
        """Move the cursor by as many rows as are seen; where the details have the screen, scroll them."""
        if self._detailed:
            self._pane.scroll_relative(y=by * (self._pane.size.height - 1), animate=False)
            return
        self.action_move(by * self._list.page)

    def action_move_to_end(self, by: int) -> None:
        """Move the cursor to the first row, or the last."""
        self.action_move(by * self._listing.total)

    def action_open(self) -> None:
        """Open the suite of the run under the cursor."""
        if (row := self._listing.current) is not None:
            self.post_message(OpenWanted(row.suite))

    def action_mark(self) -> None:
        """Mark the run under the cursor, or unmark it."""
        self._listing.toggle_mark()
        self._rearranged()

    def action_unmark_all(self) -> None:
        """Take every mark away."""
        self._listing.unmark_all()
        self._rearranged()

    def action_compare(self) -> None:
        """Compare the marked runs."""
        self.post_message(CompareWanted(to_compare(self._listing)))

    def action_export(self) -> None:
        """Ask for a report on the marked runs, else on the suite under the cursor."""
        self.post_message(ExportWanted(to_export(self._listing)))

    def action_retry(self) -> None:
        """Train the run under the cursor again."""
        if (row := self._listing.current) is not None:
            self.post_message(RetryWanted(row.suite, row.run.name))

    def action_train_longer(self) -> None:
        """Train the run under the cursor for more epochs."""
        if (row := self._listing.current) is not None:
            self.post_message(LongerWanted(row.suite, row.run.name, row.run.epochs_done))

    def action_sort(self) -> None:
        """Sort by the next column that is shown."""
        self._listing.sort_by_next(self._list.columns)
        self._rearranged()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._listing.sort_by(self._listing.column)
        self._rearranged()

    @work
    async def action_delete(self) -> None:
        """Delete the marked runs, else the one under the cursor, where the user says yes."""
        await ask_to_delete(self, self._listing, self._runs_dir)
        self._look()

    @work
    async def action_note(self) -> None:
        """Write a note on the run under the cursor."""
        if (row := self._listing.current) is not None:
            await ask_for_note(self, row)
            self._look()

    def action_toggle_details(self) -> None:
        """Give the whole screen to the run under the cursor, or to the list again."""
        self.toggle_class("-details")
        if not self._detailed:
            self.set_focus(self._list)
        self._tell()

    def action_leave_details(self) -> None:
        """Show the list again."""
        self.action_toggle_details()

    # -- filter and mouse --------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Let the user type words that a row must have."""
        self.add_class("-filter")
        self.set_focus(self._filter.input)  # at once: the next key may be on its way

    def action_leave_filter(self) -> None:
        """Show every run again."""
        self._filter.input.clear()
        self.remove_class("-filter")
        self.set_focus(self._list)

    def on_input_changed(self, changed: Input.Changed) -> None:
        """Show the runs that have every word typed so far, and say what is no condition."""
        self._listing.find(changed.value)
        self._filter.tell(self._listing.filter.mistake)
        self._rearranged()

    def on_input_submitted(self) -> None:
        """Go back to the list; the filter stays."""
        if not self._listing.filter:
            self.remove_class("-filter")
        self.set_focus(self._list)

    @on(RunList.HeadClicked)
    def _sort_by(self, clicked: RunList.HeadClicked) -> None:
        self._listing.sort_by(clicked.column)
        self._rearranged()

    @on(RunList.RowClicked)
    def _row_clicked(self, clicked: RunList.RowClicked) -> None:
        self._listing.move(clicked.at - self._listing.at)
        if clicked.mark:
            self._listing.toggle_mark()
        self._rearranged()
        if clicked.twice and not clicked.mark and "open" in self._offers:
            self.action_open()
