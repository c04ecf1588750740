"""Any loop's runs: how each stands, their curves by tag, what deserves a look; and they can be steered."""

import time
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from core.runs.commands import Command
from core.tracking.alerts import alerts
from tui.dialogs.choice import Answer, ChoiceDialog
from tui.frame.action import Place
from tui.frame.actions import bindings
from tui.frame.screen import DashboardScreen
from tui.tracked.alert_log import AlertLog
from tui.tracked.chart_grid import ChartGrid
from tui.tracked.plots import Plots
from tui.tracked.run_table import RunTable, TableView
from tui.tracked.tag_charts import styled

if TYPE_CHECKING:
    from core.tracking.following import FollowedRun

_STOP: Final = (Answer("y", "stop", "stop it: it ends where it asks run.should_stop()"),)


class OrderWanted(Message):
    """Ask `command` of the program of the run `followed`."""

    def __init__(self, followed: "FollowedRun", command: Command) -> None:
        super().__init__()
        self.followed, self.command = followed, command


class TrackedScreen(DashboardScreen):
    """Shows runs as they stood at the last look at their files."""

    MODE = Place.TRACKED.value
    MODES = ()
    CSS_PATH = "tracked.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TRACKED)

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place
        self._runs: tuple[FollowedRun, ...] = ()
        self._chosen = 0
        self._alone = False  # the plots are of the chosen run only
        self._plots = Plots()

    def body(self) -> ComposeResult:
        """Put the runs over the plots over what deserves a look."""
        yield RunTable()
        yield ChartGrid()
        yield AlertLog()

    def on_mount(self) -> None:
        """Say what is shown."""
        self.top_bar.show(self._place)
        self.query_one(RunTable).border_title = "runs"

    def show_runs(self, runs: "tuple[FollowedRun, ...]") -> None:
        """Show how `runs` stand now."""
        if runs != self._runs:
            self._take(runs)
        now = time.time()
        log = self.query_one(AlertLog)
        log.show([(one.run.name, [*alerts(one.run, now)], one.run.notices) for one in runs])

    def _take(self, runs: "tuple[FollowedRun, ...]") -> None:
        """Draw runs of which something is new."""
        could = self._steering
        chosen = self._chosen_run
        self._runs = runs
        if chosen is not None:  # one that has just begun to tell something may come before it
            names = [one.run.name for one in runs]
            self._chosen = names.index(chosen.run.name) if chosen.run.name in names else 0
        self._draw()
        if self._steering != could:
            self.refresh_bindings()

    @on(ChartGrid.Changed)
    def _draw(self) -> None:
        """Draw the table and the plots."""
        if not self._runs:
            return
        runs = styled([one.run for one in self._runs])
        grid = self.query_one(ChartGrid)
        page = self._plots.page(runs, grid.room)
        self.query_one(RunTable).show(TableView(runs, self._chosen, page.tags if page else ()))
        drawn = runs[self._chosen : self._chosen + 1] if self._alone else runs
        grid.show(self._plots.specs(drawn, page))
        title = page.title if page else ""
        # a Content: of plain text, Textual would take brackets for markup
        self.query_one(RunTable).border_title = Content(f"runs – {title}" if title else "runs")

    # -- choosing ----------------------------------------------------------------------------------------

    @property
    def _chosen_run(self) -> "FollowedRun | None":
        return self._runs[self._chosen] if self._chosen < len(self._runs) else None

    @property
    def _steering(self) -> frozenset[str]:
        """What can be asked of the chosen run."""
        chosen = self._chosen_run
        if chosen is None or chosen.folder is None or chosen.run.outcome is None or chosen.run.outcome.ended:
            return frozenset()
        return frozenset({"stop", "resume" if chosen.run.paused else "pause"})

    def action_choose(self, by: int) -> None:
        """Choose the run above or below."""
        if self._runs:
            self._choose((self._chosen + by) % len(self._runs))

    @on(RunTable.Chosen)
    def _clicked(self, event: RunTable.Chosen) -> None:
        self._choose(event.number)

    def _choose(self, number: int) -> None:
        self._chosen = number
        self._draw()
        self.refresh_bindings()

    def action_follow_one(self) -> None:
        """Plot the chosen run alone."""
        self._follow(alone=True)

    def action_follow_all(self) -> None:
        """Plot all runs again."""
        self._follow(alone=False)

    def _follow(self, *, alone: bool) -> None:
        self._alone = alone
        self._draw()
        self.refresh_bindings()

    # -- other actions -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        match action:
            case "pause" | "resume" | "stop":
                return action in self._steering
            case "follow_one" | "follow_all":
                return len(self._runs) > 1 and self._alone is (action == "follow_all")
            case "turn":
                return self._plots.has_more
            case "smooth":
                (by,) = parameters
                return self._plots.can_smooth(int(str(by)))
        return super().check_action(action, parameters)

    def action_turn(self, by: int) -> None:
        """Plot other quantities."""
        self._plots.turn(by)
        self.query_one(ChartGrid).forget()
        self._draw()

    def action_smooth(self, by: int) -> None:
        """Smooth more or less."""
        self._plots.smooth(by)
        self._draw()
        self.refresh_bindings()

    def action_toggle_log(self) -> None:
        """Draw on the other kind of axis."""
        self._plots.toggle_log()
        self._draw()

    def action_toggle_axis(self) -> None:
        """Draw against time, or against steps."""
        self._plots.toggle_axis()
        self._draw()

    def action_full_screen(self) -> None:
        """Give one plot all the room, then the next, then none."""
        self.query_one(ChartGrid).show_next_alone()

    def action_next_part(self, by: int) -> None:
        """Go to the next plot, or to the one before."""
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_pause(self) -> None:
        """Ask the chosen run to pause."""
        self._ask(Command.PAUSE)

    def action_resume(self) -> None:
        """Let the chosen run go on."""
        self._ask(Command.RESUME)

    @work
    async def action_stop(self) -> None:
        """Ask the chosen run to stop, where the user says yes."""
        chosen = self._chosen_run
        if chosen is None:
            return
        question = ChoiceDialog(f"Stop {chosen.run.name}?", _STOP, at=len(_STOP))
        if await self.app.push_screen_wait(question) == "stop":
            self.post_message(OrderWanted(chosen, Command.STOP_NOW))

    def _ask(self, command: Command) -> None:
        if (chosen := self._chosen_run) is not None:
            self.post_message(OrderWanted(chosen, command))
