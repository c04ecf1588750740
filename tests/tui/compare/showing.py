"""An application with nothing but the comparison, and ways to read its screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App
from textual.widget import Widget
from textual.widgets import Static

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.folder import SuiteFolder
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from core.supervisor.follower import Snapshot
from tests.report.example_runs import config
from tui.app.themes import THEMES
from tui.compare.screen import CompareScreen
from tui.frame.messages import ExportWanted

_TUI = Path(__file__).parents[3] / "tui"
SUITE = Path("runs/20260101-000000-tuned")


def snapshot(runs: Sequence[RunState]) -> Snapshot:
    suite = SuiteConfig(Grid(config(Norm.BATCH), tuple(Norm)).runs(), "cifar-tui")
    return Snapshot(folder=SuiteFolder(SUITE), state=SuiteState(suite, tuple(runs)), alive=True)


class ComparingApp(App[None]):
    """Compares `runs`, of `open_suite` where there is one."""

    # the second is what another screen left
    CSS_PATH: ClassVar = [_TUI / "app" / "dashboard.tcss", _TUI / "train" / "train.tcss"]
    MODES: ClassVar = {"compare": CompareScreen}
    DEFAULT_MODE = "compare"
    ascii_only = False

    def __init__(self, runs: Sequence[RunState], open_suite: Snapshot | None = None) -> None:
        super().__init__()
        self.compared = tuple(runs)
        self.compared_paths = (SUITE,) * len(self.compared)
        self.snapshot = open_suite
        self.exports: list[tuple[Path, ...]] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    @on(ExportWanted)
    def take_export(self, wanted: ExportWanted) -> None:
        self.exports.append(wanted.paths)

    @property
    def comparison(self) -> CompareScreen:
        assert isinstance(self.screen, CompareScreen)
        return self.screen


def lines(app: App[None]) -> list[str]:
    """Return what stands on the terminal, line by line."""
    update = app.screen._compositor.render_full_update()  # noqa: SLF001 - Textual has no other way
    return ["".join(segment.text for segment in strip) for strip in update.strips]


def text(app: App[None]) -> str:
    return "\n".join(lines(app))


def told(widget: Widget) -> str:
    """Return what a widget of one text says."""
    assert isinstance(widget, Static)
    return str(widget.content)
