"""What the command line hands to the dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.config.grid import Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardOptions:
    """How to open the dashboard: `grid` and `suite`, the settings of a whole suite, fill the start screen.

    Where `fresh`, nobody asks
    whether to go on with a suite of the same runs.

    `attach` is a suite to show first; the report goes to `export` by itself when a suite that was started
    here ends, where that is given.
    """

    grid: Grid
    suite: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = False
    runs_dir: Path
    export: Path | None = None
    attach: Path | None = None
    mouse: bool = True
    ascii_only: bool = False
