"""The comparison: panels on the compared runs, as many at a time as there is room for."""

from asyncio import Lock
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from core.results.preset_text import network_texts
from core.results.study_verdict import StudyVerdict
from core.runs.run_state import RunState
from tui.charts.chart import Chart
from tui.charts.heat_map import MOST_WHOLE
from tui.charts.time_end import SteadyEnd
from tui.compare.chosen import Chosen
from tui.compare.curve_specs import PAGES
from tui.compare.headline import Headline
from tui.compare.panels import PANELS, Room, room_on
from tui.compare.table_panel import TablePanel
from tui.compare.tabs import PanelTabs
from tui.compare.view import View, named
from tui.frame.action import Place
from tui.frame.actions import bindings
from tui.frame.messages import ExportWanted
from tui.frame.screen import DashboardScreen
from tui.frame.verdict_watch import VerdictWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.supervisor.follower import Snapshot
    from tui.compare.panel import Panel


class CompareScreen(DashboardScreen):
    """Shows the application's compared runs; those of the open suite as they stand now."""

    MODE = "compare"
    CSS_PATH = "compare.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.COMPARE)

    def __init__(self) -> None:
        super().__init__()
        self._chosen = Chosen()
        self._view = View()
        self._room = Room.ONE
        self._current = 0
        self._made: dict[int, Panel] = {}
        self._making = Lock()  # keys and changes of size come by different tasks
        self._behind = False
        self._offered: tuple[bool, ...] = ()
        self._verdict_watch = VerdictWatch(self, self._show_verdict)
        self._time_end = SteadyEnd()
        self._about: tuple[Path, ...] = ()  # what is compared, by which plots are looked at in another way

    def parts(self) -> Mapping[str, str]:
        """Return its panels, where there are runs to show."""
        if not self._view.runs:
            return {}
        return {f"Show {kind.title.lower()}": f"show_panel({at})" for at, kind in enumerate(PANELS)}

    def body(self) -> ComposeResult:
        """Compose the sentence, the panels' names, and an empty place for panels."""
        yield Headline()
        yield PanelTabs(id="tabs")
        yield Container(id="panels")

    async def on_screen_resume(self) -> None:
        """Take what the application compares now."""
        app = self.host
        about = app.compared_paths or ((app.snapshot.folder.path,) if app.snapshot else ())
        if about != self._about:
            self._about, self._time_end = about, SteadyEnd()
            self.query_one(Headline).begin()
            for chart in self.query(Chart):
                chart.forget()
        chosen = Chosen(app.compared, app.compared_paths)
        self._take(chosen if app.snapshot is None else chosen.followed(app.snapshot))
        await self._arrange()

    async def on_resize(self, event: events.Resize) -> None:
        """Show as many panels as there is room for now."""
        room = room_on(event.size)
        if room is not self._room:
            self._room = room
            await self._arrange()
        elif self.focused is None:  # a screen too small hides all that hears keys
            self.call_after_refresh(self._focus_current)

    def show_suite(self, snapshot: "Snapshot", *, plots: bool) -> None:
        """Follow the open suite; redraw plots only where `plots`."""
        if self._take(self._chosen.followed(snapshot)):
            self._behind = True
            if not self._made:  # the first run that has something to show
                self.call_later(self._arrange)
            self._show_heading()
            self._show_panels(plots=False)
            self._tell_keys()
        if self._behind and plots:
            self._show_panels(plots=True)

    def _take(self, chosen: Chosen) -> bool:
        """Take the runs as they stand; tell whether anything changed that is shown."""
        changed = [_shown_of(run) for run in chosen.runs] != [_shown_of(run) for run in self._chosen.runs]
        self._chosen = chosen
        if changed:
            runs = named(chosen.runs)
            at = self._view.at if self._view.at < len(runs) else 0
            end = self._time_end.of(chosen.runs)
            self._view = replace(self._view, runs=runs, at=at, time_end=end)
            self._verdict_watch.follow(runs)
        return changed

    def _show_verdict(self, verdict: StudyVerdict) -> None:
        self._view = replace(self._view, verdict=verdict)
        if self._made:
            self._show_heading()
            self._show_panels(plots=False)

    # -- drawing ---------------------------------------------------------------------------------------

    @property
    def _visible(self) -> tuple[int, ...]:
        """The positions of the panels that share the screen with the current one."""
        return next(page for page in self._room.pages if self._current in page)

    async def _arrange(self) -> None:
        """Show the current panel and those beside it, made when they are first shown."""
        container = self.query_one("#panels", Container)
        async with self._making:
            for position in self._visible if self._view.runs else ():
                if position not in self._made:
                    panel = PANELS[position].make()
                    before = next((p for at, p in sorted(self._made.items()) if at > position), None)
                    await container.mount(panel, before=before)
                    self._made[position] = panel
        for position, panel in self._made.items():
            panel.display = position in self._visible
        for room in Room:
            container.set_class(room is self._room, f"-{room}")
        self._show_heading()
        self._show_panels(plots=True)
        self._focus_current()
        self._tell_keys()

    def _show_heading(self) -> None:
        live = any(not run.state.outcome.ended for run in self._view.runs)
        self.query_one(Headline).show(self._view.verdict, live=live)
        self.query_one(PanelTabs).display = bool(self._view.runs)
        self.query_one(PanelTabs).show([kind.title for kind in PANELS], self._current, self._visible)
        states = [run.state for run in self._view.runs]
        labels = dict.fromkeys(state.data.label for state in states if state.data)
        networks = network_texts(state.config for state in states if state.config)
        self.top_bar.show(", ".join((*networks, *labels)))

    def _show_panels(self, *, plots: bool) -> None:
        # means with their deviations need more room
        averaged = len(self._view.columns) < len(self._view.runs)
        self.query_one("#panels").set_class(averaged, "-seeds")
        for position in self._visible:
            if position in self._made and (plots or not PANELS[position].plots):
                self._made[position].show_view(self._view)
        self._behind = self._behind and not plots

    def _focus_current(self) -> None:
        """Let the current panel hear the arrow keys."""
        self.set_focus(next(iter(self._parts), None), scroll_visible=False)

    @property
    def _parts(self) -> list[Widget]:
        """What can be focused in the current panel."""
        panel = self._made.get(self._current)
        widgets = panel.walk_children(Widget, with_self=True) if panel is not None else ()
        return [widget for widget in widgets if widget.focusable]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the panel current that was clicked."""
        if event.widget is not self.focused:  # the focus has moved on meanwhile
            return
        position = next(
            (at for at, panel in self._made.items() if panel in event.widget.ancestors_with_self), None
        )
        if position is not None and position != self._current:
            self._current = position
            self._show_heading()

    # -- actions ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action does something now."""
        view, shown = self._view, [PANELS[position] for position in self._visible]
        works: dict[str, Callable[[], bool]] = {
            "export": lambda: bool(self._chosen.runs),
            "panel": lambda: bool(self._chosen.runs),
            "turn": lambda: bool(view.runs) and any(kind.curves for kind in shown),
            "toggle_log": lambda: (
                bool(view.runs) and view.page.has_log and any(kind.curves for kind in shown)
            ),
            "toggle_axis": lambda: bool(view.runs) and any(kind.curves for kind in shown),
            "toggle_seeds": lambda: view.repeated,
            "columns": lambda: any(panel.display and panel.pages for panel in self.query(TablePanel)),
            "next_run": lambda: len(view.columns) > 1 and any(kind.of_one_run for kind in shown),
            "toggle_size": lambda: view.pictured and any(kind.pictures for kind in shown),
            "toggle_classes": lambda: view.class_count > MOST_WHOLE and any(kind.matrix for kind in shown),
            "plot": lambda: len(self._parts) > 1,
        }
        return works[action]() if action in works else super().check_action(action, parameters)

    async def action_panel(self, by: int) -> None:
        """Make the next panel the current one, or the one before."""
        await self.action_show_panel((self._current + by) % len(PANELS))

    async def action_show_panel(self, position: int) -> None:
        """Make the panel at `position` the current one."""
        page = self._visible
        self._current = position
        if self._visible == page:
            self._show_heading()
            self._focus_current()
        else:
            await self._arrange()

    def action_plot(self, by: int) -> None:
        """Let the next part of the current panel hear the keys, or the one before."""
        parts = self._parts
        at = parts.index(self.focused) if self.focused in parts else 0
        self.set_focus(parts[(at + by) % len(parts)])

    def action_next_run(self) -> None:
        """Let panels on one run show the next; those on one network, the next one."""
        self._change(replace(self._view, at=self._view.next_at))

    def action_columns(self, by: int) -> None:
        """Show figures that are out of sight."""
        self.query_one(TablePanel).page(by)

    def action_toggle_seeds(self) -> None:
        """Show every seed by itself, or their means alone."""
        self._change(replace(self._view, single_seeds=not self._view.single_seeds))

    def action_turn(self, by: int) -> None:
        """Plot other quantities."""
        page = PAGES[(PAGES.index(self._view.page) + by) % len(PAGES)]
        self._change(replace(self._view, page=page, log_y=False))

    def action_toggle_log(self) -> None:
        """Draw what can be on a logarithmic axis, or a linear one."""
        self._change(replace(self._view, log_y=not self._view.log_y))

    def action_toggle_axis(self) -> None:
        """Draw against time, or against epochs."""
        self._change(replace(self._view, by_time=not self._view.by_time))

    def action_toggle_size(self) -> None:
        """Draw images at twice the size, or at half."""
        self._change(replace(self._view, large=not self._view.large))

    def action_toggle_classes(self) -> None:
        """Show the confusions of all classes, or of those alone that are confused most."""
        self._change(replace(self._view, all_classes=not self._view.all_classes))

    def _change(self, view: View) -> None:
        self._view = view
        self._show_panels(plots=True)
        self._tell_keys()

    def action_export(self) -> None:
        """Ask for a report on these runs."""
        self.post_message(ExportWanted(self._chosen.folders))

    def _tell_keys(self) -> None:
        """Let the key bar follow, but only where other keys work now."""
        offered = tuple(
            bool(self.check_action(name, ()))
            for name in ("toggle_log", "toggle_seeds", "next_run", "toggle_size", "toggle_classes", "export")
        )
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()


def _shown_of(run: RunState) -> tuple[object, ...]:
    """Return what the comparison shows of a run; steps, which come many times a second, are not in it."""
    return (
        run.name,
        run.outcome,
        run.started,
        run.data,
        run.model,
        run.epochs,
        run.answers,
        run.misclassified,
        run.end,
    )
