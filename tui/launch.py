"""Opens the dashboard, and says at its end what goes on without it."""

import gc
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.options import DashboardOptions

if TYPE_CHECKING:
    from tui.watching import Watching


def has_terminal() -> bool:
    """Tell whether there is a terminal that a dashboard can be drawn on."""
    # standard error is where Textual draws; standard output counts too: a pipe there wants text
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM") not in {None, "", "dumb"}


def has_utf8(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the locale's characters are UTF-8; Python's own answer is always "yes"."""
    named = (environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((value for value in named if value), "")
    return "utf" in locale.lower() and environment.get("TERM") != "linux"


def run_dashboard(options: DashboardOptions) -> int:
    """Run the dashboard until the user leaves; return the exit status."""
    gc.disable()  # thousands of objects come to stay while modules load; looking through them finds nothing
    from tui.dashboard import Dashboard  # noqa: PLC0415 - Textual takes half a second to import

    gc.enable()
    gc.freeze()
    app = Dashboard(options)
    try:
        app.run(mouse=options.mouse)
    finally:
        if app.has_watched:
            _say_what_goes_on(app.watching)
    return app.return_code or 0


def _say_what_goes_on(watching: "Watching") -> None:
    with suppress(OSError):
        snapshot = watching.poll()  # what was asked a moment ago stands in a file as well
        if snapshot is not None and snapshot.alive:
            becomes = "stops, keeping what it has saved" if snapshot.state.stopping else "goes on training"
            print(f"{snapshot.folder.path} {becomes}; cifar-tui attach shows it")
