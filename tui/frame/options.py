"""What the command line hands to the dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.config.grid import Grid


@dataclass(frozen=True, slots=True)
class GoOn:
    """What of a suite is to be trained at once: what has not finished, or of that `runs` alone.

    With `fresh` the runs begin anew, else they go on from their checkpoints. With `epochs`, those that have
    finished are trained longer, to as many in all.
    """

    runs: tuple[str, ...] = ()
    fresh: bool = False
    epochs: int | None = None


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is written when a suite ends: the report, and its numbers for TensorBoard into a folder below."""

    export: Path | None = None
    tensorboard: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardOptions:
    """How to open the dashboard: `grid` and `suite`, the settings of a whole suite, fill the start screen.

    Where `fresh`, nobody asks whether to go on with a suite of the same runs. `attach` is a suite to show
    first, `go_on` tells what to train of it. When a suite that was started here ends, the report goes to
    `export` and its numbers for TensorBoard below `tensorboard`, where these are given.
    """

    grid: Grid
    suite: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = False
    runs_dir: Path
    export: Path | None = None
    tensorboard: Path | None = None
    attach: Path | None = None
    go_on: GoOn | None = None
    mouse: bool = True
    ascii_only: bool = False
