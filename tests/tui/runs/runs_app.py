"""An application that shows the runs screen alone and notes what is asked of it."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

import tui.app.dashboard
from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from tests.patience import PAUSE_SECONDS, Patience
from tui.app.themes import THEMES
from tui.frame.action import Place
from tui.frame.actions import bindings
from tui.frame.key_bar import KeyBar
from tui.frame.messages import CompareWanted, ExportWanted, LongerWanted, OpenWanted, RetryWanted
from tui.frame.options import DashboardOptions
from tui.runs.run_list import RunList
from tui.runs.screen import RunsScreen


class RunsApp(App[None], inherit_bindings=False):
    CSS_PATH = Path(tui.app.dashboard.__file__).with_name("dashboard.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.EVERYWHERE)

    def __init__(self, runs_dir: Path) -> None:
        super().__init__()
        self.options = DashboardOptions(grid=Grid(RunConfig(norm=Norm.BATCH), tuple(Norm)), runs_dir=runs_dir)
        self.wanted: list[Message] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def on_mount(self) -> None:
        self.push_screen(RunsScreen(look_seconds=0.05))

    @on(OpenWanted)
    @on(CompareWanted)
    @on(RetryWanted)
    @on(LongerWanted)
    @on(ExportWanted)
    def note(self, wanted: Message) -> None:
        self.wanted.append(wanted)

    @property
    def lines(self) -> list[str]:
        """The list as it is drawn, the columns' names first, without empty lines at its end."""
        shown = self.screen.query_one(RunList)
        drawn = [shown.render_line(y).text.rstrip() for y in range(shown.size.height)]
        return "\n".join(drawn).rstrip().split("\n")

    @property
    def cursor(self) -> str:
        """The line with the cursor."""
        (line,) = [line for line in self.lines if line.startswith("▸")]
        return line

    @property
    def marked(self) -> list[str]:
        """The lines with a mark that are drawn."""
        return [line for line in self.lines if line[1:2] == "◆"]

    @property
    def counts(self) -> str:
        """The line below the list."""
        return str(self.screen.query_one("#counts", Static).render())

    @property
    def sentence(self) -> str:
        """What stands where there is no list."""
        return str(self.screen.query_one("#nothing", Static).render())

    @property
    def keys(self) -> str:
        """The key bar."""
        return str(self.screen.query_one(KeyBar).render())


def text_of(app: App[None]) -> str:
    """Return the characters on the screen."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - screenshots are made of them, too
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


async def until(pilot: Pilot[None], reached: Callable[[], bool]) -> None:
    """Let the application go on until `reached`; fail where that never comes, with what is on the screen."""
    patience = Patience()
    while not reached():
        assert patience.lasts(), f"never reached:\n{text_of(pilot.app)}"
        await pilot.pause(PAUSE_SECONDS)
    await pilot.pause()


async def read(pilot: Pilot[None], app: RunsApp) -> None:
    """Wait until the runs folder was read."""

    def was_read() -> bool:  # before the first look, both lines are empty
        return bool(app.counts or app.sentence) and "reading" not in (app.counts + app.sentence).lower()

    await until(pilot, lambda: isinstance(app.screen, RunsScreen) and was_read())
