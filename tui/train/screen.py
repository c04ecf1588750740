"""Suites a suite: a card a variant, progress, live plots, the log, and the keys that steer it."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.runs.commands import Command
from core.runs.run_state import RunState
from tui.charts.chart import Chart
from tui.charts.run_curves import Axis, accuracy_chart, loss_chart
from tui.frame.actions import Place, bindings
from tui.frame.messages import ExportWanted, OrderWanted, RetryWanted
from tui.frame.screen import DashboardScreen
from tui.text.suite_progress import suite_bars
from tui.text.wording import machine_words
from tui.train.log_panel import LogPanel
from tui.train.progress import ProgressPanel
from tui.train.steering import Steer, offered, to_skip
from tui.train.variant_card import CardView, VariantCard

if TYPE_CHECKING:
    from core.supervisor.follower import Snapshot

_SMOOTHING = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98)
_FULL = ("", "-full-loss", "-full-accuracy", "-full-both")


class TrainScreen(DashboardScreen):
    """Shows the open suite; what it shows is always a snapshot of the event files."""

    MODE = "train"
    CSS_PATH = "train.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TRAIN)

    def __init__(self) -> None:
        super().__init__()
        self._snapshot: Snapshot | None = None
        self._cards: list[VariantCard] = []
        self._chosen = 0
        self._axis = Axis.EPOCH
        self._log_y = False
        self._smoothing = 2
        self._single_seeds = False
        self._full = 0
        self._offered: frozenset[Steer] = frozenset()

    def body(self) -> ComposeResult:
        """Put cards over bars over plots over the log."""
        yield Horizontal(id="cards")
        yield ProgressPanel()
        with Vertical(id="watch"):
            with Horizontal(id="plots"):
                yield Chart(id="loss", classes="frame")
                yield Chart(id="accuracy", classes="frame")
            yield LogPanel()

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
        for at, (card, run) in enumerate(zip(self._cards, suite.runs, strict=True)):
            chosen = at == self._chosen and len(suite.runs) > 1
            queued = snapshot.alive and run.name in suite.queued
            card.show(CardView(run, suite.config_of(run), queued=queued, chosen=chosen))
        chosen_name = suite.runs[self._chosen].name
        self.query_one(ProgressPanel).show(suite_bars(suite, alive=snapshot.alive, chosen=chosen_name))
        log = self.query_one(LogPanel)
        if log.display:
            log.show(suite.runs)
            log.border_subtitle = machine_words(suite)
        if plots:
            self._show_plots()
        self._offer(snapshot)

    def _begin(self, snapshot: "Snapshot") -> None:
        """Make room for another suite."""
        place = self.query_one("#cards")
        place.remove_children()  # at the next turn of the loop: until then the old ones can still be found
        config = snapshot.state.config
        self._cards = [VariantCard(name, config.config_of(name).norm) for name in config.names]
        place.mount_all(self._cards)
        self.query_one(LogPanel).begin()
        self._chosen = 0
        self.top_bar.show(snapshot.folder.path.name)

    def _show_plots(self) -> None:
        if self._snapshot is None:
            return
        runs = self._snapshot.state.runs
        smoothing = _SMOOTHING[self._smoothing]
        loss, accuracy = self.query_one("#loss", Chart), self.query_one("#accuracy", Chart)
        if loss.display:
            loss.show(
                loss_chart(
                    runs,
                    axis=self._axis,
                    smoothing=smoothing,
                    log_y=self._log_y,
                    single_seeds=self._single_seeds,
                )
            )
        if accuracy.display:
            accuracy.show(
                accuracy_chart(runs, axis=self._axis, smoothing=smoothing, single_seeds=self._single_seeds)
            )

    def _offer(self, snapshot: "Snapshot") -> None:
        """Refresh the key bar, which costs a little, only where other keys do something now."""
        before, self._offered = self._offered, offered(snapshot, snapshot.state.runs[self._chosen])
        if before != self._offered:
            self.refresh_bindings()

    # -- actions -----------------------------------------------------------------------------------------

    @property
    def _chosen_run(self) -> RunState | None:
        return self._snapshot.state.runs[self._chosen] if self._snapshot else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        if self._snapshot is None:
            return False
        if action == "smooth":
            (by,) = parameters
            return 0 <= self._smoothing + int(str(by)) < len(_SMOOTHING)
        if action == "toggle_log":
            return self.query_one("#loss").display
        if action == "toggle_seeds":
            runs = self._snapshot.state.runs
            return len(seed_groups(label_runs(runs))) < len(runs)
        return action not in set(Steer) or action in self._offered

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

    def action_skip(self) -> None:
        """End the variant under way, of several the chosen one."""
        if self._snapshot is not None and self._chosen_run is not None:
            run = to_skip(self._snapshot, self._chosen_run)
            if run is not None:
                self.post_message(OrderWanted(Command.SKIP, run.name))

    def action_retry(self) -> None:
        """Train the chosen variant again."""
        if self._snapshot is not None and self._chosen_run is not None:
            self.post_message(RetryWanted(self._snapshot.folder.path, self._chosen_run.name))

    def action_choose(self, by: int) -> None:
        """Choose another variant."""
        if self._snapshot is not None:
            self._chosen = (self._chosen + by) % len(self._snapshot.state.runs)
            self.show_suite(self._snapshot, plots=False)

    @on(VariantCard.Clicked)
    def _card_clicked(self, event: VariantCard.Clicked) -> None:
        if self._snapshot is not None:
            self._chosen = self._snapshot.state.config.names.index(event.run)
            self.show_suite(self._snapshot, plots=False)

    def action_toggle_log(self) -> None:
        """Draw the loss on the other kind of axis."""
        self._log_y = not self._log_y
        self._show_plots()

    def action_toggle_axis(self) -> None:
        """Draw against time, or against epochs."""
        self._axis = Axis.EPOCH if self._axis is Axis.TIME else Axis.TIME
        self._show_plots()

    def action_smooth(self, by: int) -> None:
        """Smooth more or less."""
        self._smoothing += by
        self._show_plots()
        self.refresh_bindings()

    def action_toggle_seeds(self) -> None:
        """Draw every seed, or their means alone."""
        self._single_seeds = not self._single_seeds
        self._show_plots()

    def action_full_screen(self) -> None:
        """Give one plot the screen, then the next, then both, then all as before."""
        self.remove_class(*(name for name in _FULL if name))
        self._full = (self._full + 1) % len(_FULL)
        if _FULL[self._full]:
            self.add_class(_FULL[self._full])
        self.call_after_refresh(self._shown_again)

    def action_next_part(self, by: int) -> None:
        """Go to the next plot or the log, or to the one before."""
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def _shown_again(self) -> None:
        if self._snapshot is not None:
            self.show_suite(self._snapshot, plots=True)
            self.refresh_bindings()

    def action_export(self) -> None:
        """Write the report."""
        if self._snapshot is not None:
            self.post_message(ExportWanted((self._snapshot.folder.path,)))
