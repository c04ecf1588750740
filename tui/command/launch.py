"""Opens the dashboard, and says at its end what goes on without it."""

import gc
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from core.environment import usable_cores
from core.printable import printable
from tui.command.short_collections import keep_collections_short
from tui.command.standard_streams import print_line, say
from tui.frame.options import DashboardOptions

if TYPE_CHECKING:
    from core.supervisor.suites import Suites
    from core.supervisor.warm_worker import WarmWorker
    from tui.app.dashboard import Dashboard
    from tui.app.sturdy_app import SturdyApp

_App = TypeVar("_App", bound="SturdyApp")

IN_BROWSER: Final = {"TEXTUAL_DRIVER": "tui.app.browser_driver:BrowserDriver"}
"""The environment by which `cifar-tui serve` has a dashboard draw on a page."""


def in_browser() -> bool:
    """Return whether `cifar-tui serve` started this process, to draw on a page."""
    return os.environ.items() >= IN_BROWSER.items()


def has_terminal() -> bool:
    """Return whether there is a terminal that a dashboard can be drawn on, or a page."""
    if in_browser():
        return True
    # standard error is where Textual draws; standard output counts too: a pipe there wants text
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM") not in {None, "", "dumb"}


def has_utf8(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the terminal's characters are UTF-8: not on a bare C locale, nor Linux's console.

    Python itself turns a C locale into UTF-8 and says so in LC_CTYPE; what the user set is then in LANG.
    """
    if environment.get("TERM") == "linux":
        return False
    names = ("LC_ALL", "LANG") if environment.get("LC_CTYPE") == "C.UTF-8" else ("LC_ALL", "LC_CTYPE", "LANG")
    locale = next((value for name in names if (value := environment.get(name))), "utf-8")
    return "utf" in locale.lower()


def run_dashboard(options: DashboardOptions) -> int:
    """Run the dashboard until the user leaves; return the exit status."""
    warm = _warm_worker() if options.attach is None else None

    def dashboard() -> "Dashboard":
        from tui.app.dashboard import Dashboard  # noqa: PLC0415 - Textual takes half a second to import

        return Dashboard(options, warm=warm)

    def at_its_end(app: "Dashboard") -> None:
        if app.suites_loaded:
            say_what_goes_on(app.suites, options.export)

    return run_app(dashboard, mouse=options.mouse, at_its_end=at_its_end)


def run_app(
    make: Callable[[], _App], *, mouse: bool, at_its_end: Callable[[_App], None] = lambda _app: None
) -> int:
    """Run the application that `make` imports and makes, until the user leaves; return the exit status."""
    # Textual waits so many milliseconds after an escape for the rest of a key's sequence, by itself 100
    os.environ.setdefault("ESCDELAY", "25")
    gc.disable()  # thousands of objects come to stay while modules load; looking through them finds nothing
    app = make()
    gc.enable()
    gc.freeze()
    keep_collections_short()
    if in_browser():
        sys.stdout = sys.stderr  # the page's server takes all that comes by the former for drawing
    try:
        app.run(mouse=mouse)
    finally:
        for fault in app.faults:
            say(fault)
        at_its_end(app)
    return app.return_code or 0


def _warm_worker() -> "WarmWorker | None":
    """Have a worker import torch beside us, who import half as much; the start screen takes it over.

    On one core it would only keep the first frame waiting.
    """
    from core.supervisor.warm_worker import warm_worker  # noqa: PLC0415 - not for who asks for help

    return warm_worker() if usable_cores() > 1 else None


def say_what_goes_on(suites: "Suites", export: Path | None) -> None:
    """Say what becomes of the suite in training, and of the report that was to go to `export`."""
    suites.poll()  # what was asked a moment ago stands in a file as well
    if (snapshot := suites.training) is None:
        return
    suite = snapshot.folder.place
    # a worker that has said its last word is still there for a moment
    trains = not snapshot.state.stopping and (snapshot.state.control.is_open or snapshot.state.under_way)
    becomes = "goes on training" if trains else "stops, keeping what it has saved"
    print_line(f"{suite} {becomes}; cifar-tui attach shows it")
    if export is not None and suites.started_here(snapshot):
        print_line(f"no report yet; cifar-tui report {suite} --export {printable(str(export))} makes it")
