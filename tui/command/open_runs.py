"""Opens the runs of other training loops: on a screen, or as a report."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.printable import printable
from core.runs.folder import SuiteFolder
from core.runs.index import suites_in
from core.tracking.formats import recognised
from tui.command.launch import has_terminal, run_app
from tui.command.standard_streams import print_path

if TYPE_CHECKING:
    from core.tracking.source import Source


def open_runs(paths: Sequence[Path], *, mouse: bool, ascii_only: bool) -> int:
    """Show what is at `paths` until the user leaves; return the exit status.

    Raises:
        InputError: a path is missing or of no known kind, or there is no terminal.
    """
    list(sources_of(paths))  # what is wrong with a path is told before there is a screen
    if not has_terminal():
        raise InputError("open needs a terminal; with --export it writes a report without one")
    from tui.app.tracked_app import TrackedApp  # noqa: PLC0415 - Textual takes half a second to import

    place = ", ".join(printable(str(path)) for path in paths)
    return run_app(lambda: TrackedApp(lambda: sources_of(paths), place, ascii_only=ascii_only), mouse=mouse)


def report_runs(paths: Sequence[Path], export: Path, metric: str | None, goal: str | None) -> int:
    """Write the report on what is at `paths` now; return the exit status.

    Raises:
        InputError: a path is missing or of no known kind, there is no run, or nothing can be written there.
    """
    from core.report.tracked_report import export_tracked  # noqa: PLC0415 - not for a screen
    from core.tracking.following import MOST_RUNS, Following  # noqa: PLC0415 - as above
    from core.tracking.verdict import Goal  # noqa: PLC0415 - as above

    following = Following(lambda: sources_of(paths))
    following.look()
    runs = [followed.run for followed in following.poll()]
    if following.too_many:
        raise InputError(f"--export {export}: a report is of at most {MOST_RUNS} runs; open fewer folders")
    export_tracked(runs, export, metric, None if goal is None else Goal(goal))
    print_path(export)
    return 0


def sources_of(paths: Sequence[Path]) -> "Iterator[Source]":
    """Yield what reads each run at or below `paths`.

    Raises:
        InputError: as `core.tracking.formats.recognised`, or there is nothing but our own training.
    """
    for path in paths:
        found = 0
        for found, source in enumerate(recognised(path), 1):  # noqa: B007 - counted for below
            yield source
        suite = None if found else next(iter(_suites(path)), None)
        if suite is not None:
            raise InputError(
                f"{printable(str(path))}: this is cifar-tui's own training, and open shows other loops'; "
                f"see it with cifar-tui attach {printable(str(suite))}"
            )


def _suites(path: Path) -> "Iterator[Path]":
    with suppress(OSError, InputError):
        yield from [path] if SuiteFolder(path).exists() else suites_in(path)
