"""The dashboard with a widget that breaks at the key F9: run by a test in a process of its own."""

import sys
from pathlib import Path

from textual.widgets import Static

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from tui.app import dashboard
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions


class _Broken(Static):
    def render(self) -> str:
        raise RuntimeError("a widget broke")


class _Crashing(Dashboard):
    CSS_PATH = str(Path(dashboard.__file__).with_name("dashboard.tcss"))
    BINDINGS = [("f9", "break", "break")]  # noqa: RUF012 - Textual's

    @staticmethod
    def clock() -> float:
        return 0.0  # whatever comes again comes at once

    def action_break(self) -> None:
        self.screen.mount(_Broken())


def main() -> None:
    """Run it, and exit as it does."""
    demo = RunConfig(norm=Norm.BATCH, data="demo")
    app = _Crashing(DashboardOptions(grid=Grid(demo, tuple(Norm)), runs_dir=Path("runs")))
    app.run()
    sys.exit(app.return_code)
