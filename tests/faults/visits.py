"""What people do with a runs folder, on one that is a stranger's: look, report, steer, try again, delete.

``python -m tests.faults.visits RUNS`` prints what came of each, and the memory it took at most.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.errors import InputError
from core.report.export import export_report
from core.runs.commands import Command
from core.runs.folder import SuiteFolder
from core.runs.index import delete_runs, list_runs
from core.runs.notes import write_note
from core.runs.suite_state import states_in
from core.runs.unfinished import earlier_suite
from core.supervisor.follower import SuiteFollower
from tests.runs.made_suites import SUITE, Clock
from tui.command.attach import find_suite

VALUE: Final = "a value"


def visit(runs_dir: Path, suite: str, actions: tuple[str, ...] = ()) -> dict[str, str]:
    """Carry out every action, or those that are named; return what came of each: a value, or one line.

    Whatever else an action raises is a fault, and raised.
    """
    place = runs_dir / suite
    known: dict[str, Callable[[], object]] = {
        "list": lambda: list_runs(runs_dir),
        "go on": lambda: earlier_suite(runs_dir, SUITE.runs),
        "attach": lambda: _look(find_suite(runs_dir, suite)),
        "report": lambda: _report(place),
        "note": lambda: write_note(SuiteFolder(place).run("batch"), "mine"),
        "ask": lambda: SuiteFollower(SuiteFolder(place)).ask(Command.PAUSE),
        "retry": lambda: _retry(place),
        "delete a run": lambda: delete_runs(runs_dir, [place / "batch"]),
        "delete": lambda: delete_runs(runs_dir, [place]),
    }
    return dict(_outcomes({name: known[name] for name in actions or known}))


def _outcomes(actions: dict[str, Callable[[], object]]) -> Iterator[tuple[str, str]]:
    for name, action in actions.items():
        try:
            action()
        except InputError as error:
            yield name, str(error)
        except OSError as error:
            if not error.strerror:
                raise
            yield name, error.strerror
        else:
            yield name, VALUE


def _look(suite: Path) -> None:
    """Look at a suite for long enough to record that its worker is dead."""
    clock = Clock()
    follower = SuiteFollower(SuiteFolder(suite), clock=clock)
    for _ in range(4):
        clock.seconds += 2
        follower.poll()


def _report(suite: Path) -> None:
    states = states_in(suite)
    with TemporaryDirectory() as folder:
        for name in ("report.json", "report.md"):
            export_report(states, Path(folder) / name)


def _retry(suite: Path) -> None:
    """Train the first run again, to the end."""
    _look(suite)
    follower = SuiteFollower(SuiteFolder(suite))
    follower.retry("batch", fresh=True)
    while follower.worker_pid is not None:
        follower.poll()


def main(runs_dir: Path) -> None:
    """Look at the suite in `runs_dir`, list it, report on it."""
    (suite,) = (path.name for path in runs_dir.iterdir())
    with suppress(BrokenPipeError):
        for name, came_of_it in visit(runs_dir, suite, ("list", "attach", "report")).items():
            print(f"{name}: {came_of_it}")
        print(_peak())


def _peak() -> int:
    """Return the bytes that this process took at most."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # not ru_maxrss, which on Linux is no less than what the process had that started this one
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    return int(line.split()[1]) * 2**10


if __name__ == "__main__":
    main(Path(sys.argv[1]))
