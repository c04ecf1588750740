"""What the command line hands to the dashboard."""

from dataclasses import dataclass
from pathlib import Path

from core.config.grid import Grid
from core.config.run_config import CHECKPOINT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardOptions:
    """How to open the dashboard: `grid` and `parallel` fill the start screen.

    Suites that are started here have a checkpoint every `checkpoint_seconds`. Where `fresh`, nobody asks
    whether to go on with a suite of the same runs.

    `attach` is a suite to show first; the report goes to `export` by itself when a suite that was started
    here ends, where that is given.
    """

    grid: Grid
    parallel: int | None = None
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    fresh: bool = False
    runs_dir: Path
    export: Path | None = None
    attach: Path | None = None
    mouse: bool = True
    ascii_only: bool = False
