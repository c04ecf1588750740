"""An application that follows suites, and draws what is new in the open one as often as it may."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from textual.app import ScreenStackError
from textual.css.query import NoMatches
from textual.events import Event, Key

from core.environment import usable_cores
from tui.app.governor import Governor, Redraw, share_beside_training
from tui.app.themed_app import ThemedApp
from tui.frame.options import DashboardOptions

if TYPE_CHECKING:
    from pathlib import Path

    from core.runs.run_state import RunState
    from core.supervisor.follower import Snapshot
    from core.supervisor.suites import Suites
    from core.supervisor.warm_worker import WarmWorker

_TICK_SECONDS: Final = 0.25


@runtime_checkable
class ShowsSuite(Protocol):
    """A screen that shows the open suite."""

    def show_suite(self, snapshot: "Snapshot", *, plots: bool) -> None:
        """Show how the suite stands; redraw plots only where `plots`."""


class SuiteApp(ThemedApp):
    """Looks at the suites it follows several times a second, and gives the screen in sight what is new."""

    def __init__(self, options: DashboardOptions, *, warm: "WarmWorker | None" = None) -> None:
        super().__init__(ascii_only=options.ascii_only)
        self.options = options
        self._early = warm
        self.compared: tuple[RunState, ...] = ()  # chosen from the list; else those of the open suite are
        self.compared_paths: tuple[Path, ...] = ()  # each's own folder, or its suite's
        self._suites: Suites | None = None
        self._cores = usable_cores()
        self._governor = Governor(share_beside_training(self._cores, on_processor=True))
        self._undrawn: set[Redraw] = set()
        self._trouble = ""

    @property
    def suites(self) -> "Suites":
        """The open suite; made when first asked for: the first frame need not wait for its imports."""
        if self._suites is None:
            from core.supervisor.suites import Suites  # noqa: PLC0415 - see above

            self._suites = Suites(self.options.runs_dir, lambda: datetime.now().astimezone(), self._early)
        return self._suites

    @property
    def snapshot(self) -> "Snapshot | None":
        """How the open suite stood at the last look."""
        return None if self._suites is None else self._suites.snapshot

    @property
    def suites_loaded(self) -> bool:
        """Return whether `suites` was ever asked for."""
        return self._suites is not None

    def on_mount(self) -> None:
        """Begin to follow."""
        self.set_interval(_TICK_SECONDS, self._tick)

    def on_unmount(self) -> None:
        """Let the warm worker go; one that trains is left alone."""
        if self._suites is not None:
            self._suites.close()

    async def on_event(self, event: Event) -> None:
        """Let plots wait while keys come."""
        if isinstance(event, Key):
            self._governor.typed()
        await super().on_event(event)

    def _tick(self) -> None:
        self.check_terminal()
        if self._suites is None:
            return
        before, could_go = self.snapshot, self.can_go
        ended = self._suites.poll()
        self._tell_trouble(self._suites.trouble)
        if self.snapshot != before:
            self._undrawn = set(Redraw)
        self._draw_due()
        for snapshot in ended:
            self.suite_ended(snapshot)
        if self.can_go != could_go:
            self.refresh_bindings()

    def _draw_due(self) -> None:
        """Draw what is new, as far as it may be drawn now."""
        due = {kind for kind in self._undrawn if self._governor.due(kind)}
        # while the application closes, its screens and their parts go before its timer does
        with suppress(NoMatches, ScreenStackError):
            if due and self.snapshot is not None and self.screen.is_mounted:  # else it has no parts yet
                plots = Redraw.PLOTS in due
                self._governor.draws(Redraw.PLOTS if plots else Redraw.BARS)
                self._show_suite(self.snapshot, plots=plots)
                self._undrawn -= {*due, Redraw.BARS}

    def show_open_suite(self) -> None:
        """Show the open suite, which is another than before, on the training screen."""
        self._undrawn = set(Redraw)
        self._governor.begin()
        if self.current_mode == "train" and self.snapshot is not None:
            self._show_suite(self.snapshot, plots=True)
        else:
            self.switch_mode("train")

    def _show_suite(self, snapshot: "Snapshot", *, plots: bool) -> None:
        devices = [run.environment.device for run in snapshot.state.under_way if run.environment is not None]
        if devices:
            self._governor.share = share_beside_training(self._cores, on_processor="cpu" in devices)
        if isinstance(self.screen, ShowsSuite):
            self.screen.show_suite(snapshot, plots=plots)

    def _tell_trouble(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            self.notify(trouble, severity="error", timeout=10, markup=False)
        self._trouble = trouble

    @property
    def can_go(self) -> frozenset[str]:
        """The screens there is something to see on."""
        raise NotImplementedError

    def suite_ended(self, snapshot: "Snapshot") -> None:
        """Do what follows the end of a suite's worker."""
        raise NotImplementedError
