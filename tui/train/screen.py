"""A suite: its runs as cards or as a table, progress, live plots, the log, and the keys that steer it."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.events import Resize

from core.runs.commands import Command
from core.runs.run_state import RunState
from tui.frame.action import Place
from tui.frame.actions import bindings
from tui.frame.messages import ExportWanted, LongerWanted, OrderWanted, RetryWanted
from tui.text.suite_progress import suite_bars
from tui.text.wording import machine_words
from tui.train.arrangement import arrange_cards, arrange_study
from tui.train.log_panel import LogPanel
from tui.train.overview import CardRow, StudyPanel
from tui.train.plots_panel import PlotsPanel
from tui.train.plots_screen import PlotsScreen
from tui.train.progress import ProgressPanel
from tui.train.questions import about_skip
from tui.train.run_clicked import RunClicked
from tui.train.steering import Steer, offered, to_skip
from tui.train.study import Study, study_of
from tui.train.study_grid import StudyGrid
from tui.train.verdict_line import VerdictLine
from tui.train.watched_panel import FULL_IMAGES, WatchedPanel

if TYPE_CHECKING:
    from core.supervisor.follower import Snapshot

_FULL = ("", "-full-loss", "-full-accuracy", "-full-both")


class TrainScreen(PlotsScreen):
    """Shows the open suite; what it shows is always a snapshot of the event files."""

    MODE = "train"
    CSS_PATH = "train.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TRAIN)

    def __init__(self) -> None:
        super().__init__()
        self._snapshot: Snapshot | None = None
        self._study: Study | None = None
        self._chosen = 0
        self._alone = False  # plots and log are of the chosen run only
        self._full = ""  # what has the screen for itself, by its class
        self._offered: frozenset[Steer] = frozenset()

    def body(self) -> ComposeResult:
        """Put cards over bars over plots over the log; of a study, its table comes instead of the cards."""
        yield CardRow()
        yield ProgressPanel()
        yield VerdictLine()
        with Vertical(id="watch"):
            with Container(id="main"):
                yield StudyPanel()
                yield PlotsPanel()
            yield WatchedPanel()
            yield LogPanel()

    def parts(self) -> dict[str, str]:
        """Return the plots, alone or all as they are at first."""
        names = (
            "Show all",
            "Show the first plot alone",
            "Show the second plot alone",
            "Show both plots alone",
        )
        return {
            name: f"show_full({at})"
            for at, (full, name) in enumerate(zip(_FULL, names, strict=True))
            if full != self._full
        }

    def on_screen_resume(self) -> None:
        """Show how the suite stands, however long the screen was hidden."""
        snapshot = self.host.snapshot
        if snapshot is not None:
            self.show_suite(snapshot, plots=False)
            self.call_after_refresh(self._show_plots)  # the screen is there first, as it was left

    # -- what is shown -----------------------------------------------------------------------------------

    def show_suite(self, snapshot: "Snapshot", *, plots: bool) -> None:
        """Show `snapshot`; redraw the plots only where `plots`."""
        before, self._snapshot = self._snapshot, snapshot
        if before is None or before.folder.path != snapshot.folder.path:
            self._begin(snapshot)
            plots = True
        suite = snapshot.state
        if self._study is None:
            self.query_one(CardRow).show(snapshot, self._chosen)
        else:
            self.query_one(StudyPanel).show(self._study, snapshot, self._chosen)
            self.query_one(VerdictLine).show(suite.runs)
        chosen_name = suite.runs[self._chosen].name
        bars = suite_bars(suite, alive=snapshot.alive, chosen=chosen_name, waiting=self.host.waiting)
        self.query_one(ProgressPanel).show(bars)
        log = self.query_one(LogPanel)
        if log.display:
            log.show(self._followed)
            log.border_subtitle = machine_words(suite)
        self.query_one(WatchedPanel).show(self._followed)
        if plots:
            self._show_plots()
        self._offer(snapshot)

    def _begin(self, snapshot: "Snapshot") -> None:
        """Make room for another suite."""
        self._study = study_of(snapshot.state.config)
        self._chosen, self._alone = 0, False
        self.query_one(CardRow).begin(0 if self._study else len(snapshot.state.runs))
        self.query_one(VerdictLine).begin()
        self.plots.begin()
        self.query_one(LogPanel).begin()
        self.top_bar.show(snapshot.folder.name)
        self._arrange()
        self.set_focus(self.query_one(StudyGrid) if self._study else None)

    @on(Resize)
    @on(VerdictLine.Changed)
    @on(WatchedPanel.Changed)
    def _arrange(self) -> None:
        """Share out the screen."""
        if self._full == FULL_IMAGES and not self._has_images:
            self._fill("")
        if self._study is None or self._snapshot is None:
            arrange_cards(self)
        elif arrange_study(self, self._study, self._snapshot.state.config):
            self.call_after_refresh(self._shown_again)
        self.refresh_bindings()

    @property
    def _has_images(self) -> bool:
        return self.query_one(WatchedPanel).watched is not None

    def _show_plots(self) -> None:
        if self._snapshot is not None:
            chosen = self._snapshot.state.runs[self._chosen].name
            self.plots.show(self._followed, chosen)

    @property
    def _followed(self) -> tuple[RunState, ...]:
        """The runs of which plots and log tell: all, or the chosen one alone."""
        if self._snapshot is None:
            return ()
        runs = self._snapshot.state.runs
        return (runs[self._chosen],) if self._alone else runs

    def _offer(self, snapshot: "Snapshot") -> None:
        """Refresh the key bar, which costs a little, only where other keys do something now."""
        chosen, in_table = snapshot.state.runs[self._chosen], self._study is not None
        before, self._offered = self._offered, offered(snapshot, chosen, in_table=in_table)
        if before != self._offered:
            self.refresh_bindings()

    # -- choosing a run ----------------------------------------------------------------------------------

    @property
    def _chosen_run(self) -> RunState | None:
        return self._snapshot.state.runs[self._chosen] if self._snapshot else None

    def action_choose(self, by: int) -> None:
        """Choose another variant; of a study, the one above or below."""
        if self._study is not None:
            self._choose(self._study.neighbour(self._chosen, by, 0))
        elif self._snapshot is not None:
            self._choose((self._chosen + by) % len(self._snapshot.state.runs))

    def action_choose_group(self, by: int) -> None:
        """Choose the run of the group beside."""
        if self._study is not None:
            self._choose(self._study.neighbour(self._chosen, 0, by))

    @on(RunClicked)
    def _run_clicked(self, event: RunClicked) -> None:
        if event.run != self._chosen:
            self._choose(event.run)
        elif self._study is not None:
            self._follow(alone=not self._alone)

    def _choose(self, run: int) -> None:
        self._chosen = run
        if self._alone:
            self._follow(alone=True)
        else:
            self._show_again(plots=self.plots.of_one_run)

    def action_follow_one(self) -> None:
        """Let plots and log tell of the chosen run alone."""
        self._follow(alone=True)

    def action_follow_all(self) -> None:
        """Let plots and log tell of all runs again."""
        self._follow(alone=False)

    def _follow(self, *, alone: bool) -> None:
        self._alone = alone
        self.query_one(LogPanel).begin(self._study.labels[self._chosen] if self._study and alone else "")
        self._shown_again()

    def _show_again(self, *, plots: bool) -> None:
        if self._snapshot is not None:
            self.show_suite(self._snapshot, plots=plots)

    # -- other actions -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        if self._snapshot is None:
            return False
        match action:
            case "smooth" | "toggle_log" | "toggle_seeds":
                can = self.can_change_plots(action, parameters)
            case "show_images":
                can = self._has_images
            case "choose_group":
                can = self._study is not None
            case "follow_one" | "follow_all":
                can = self._study is not None and self._alone is (action == "follow_all")
            case _:
                can = action not in set(Steer) or action in self._offered
        return can

    def action_pause(self) -> None:
        """Pause training."""
        self.post_message(OrderWanted(Command.PAUSE))

    def action_resume(self) -> None:
        """Go on training."""
        self.post_message(OrderWanted(Command.RESUME))

    @work
    async def action_stop_after_epoch(self) -> None:
        """Ask how to stop, and see to it."""
        if self._snapshot is not None and await self.host.ask_to_stop(self._snapshot) == "leave":
            self.app.exit()

    @work
    async def action_skip(self) -> None:
        """End the variant under way, of several the chosen one, where the user says yes."""
        asked = self._snapshot
        if asked is None or self._chosen_run is None:
            return
        run = to_skip(asked, self._chosen_run, in_table=self._study is not None)
        if run is None or not await self.host.ask(about_skip(run)):
            return
        now = self._snapshot or asked
        if now.folder == asked.folder and run.name in {one.name for one in now.state.under_way}:
            self.post_message(OrderWanted(Command.SKIP, run.name))

    def action_retry(self) -> None:
        """Train the chosen variant again."""
        if self._snapshot is not None and self._chosen_run is not None:
            self.post_message(RetryWanted(self._snapshot.folder.path, self._chosen_run.name))

    def action_train_longer(self) -> None:
        """Train the chosen variant for more epochs."""
        if self._snapshot is not None and (run := self._chosen_run) is not None:
            self.post_message(LongerWanted(self._snapshot.folder.path, run.name, len(run.epochs)))

    def action_full_screen(self) -> None:
        """Give one plot the screen, then the next, then both, then all as before."""
        at = _FULL.index(self._full) if self._full in _FULL else 0
        self._fill(_FULL[(at + 1) % len(_FULL)])

    def action_show_full(self, part: int) -> None:
        """Give the screen to one of `_FULL`."""
        self._fill(_FULL[part])

    def action_show_images(self) -> None:
        """Give the watched images the screen, or the plots again."""
        self._fill("" if self._full == FULL_IMAGES else FULL_IMAGES)

    def _fill(self, full: str) -> None:
        """Give the screen to what the class `full` says; all is as before where that is empty."""
        self.remove_class(*filter(None, (self._full,)))
        self._full = full
        self.add_class(*filter(None, (full,)))
        self._arrange()
        self.call_after_refresh(self._shown_again)

    def action_next_part(self, by: int) -> None:
        """Go to the next plot or the log, or to the one before."""
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def _shown_again(self) -> None:
        self._show_again(plots=True)
        self.refresh_bindings()

    def action_export(self) -> None:
        """Write the report."""
        if self._snapshot is not None:
            self.post_message(ExportWanted((self._snapshot.folder.path,)))
