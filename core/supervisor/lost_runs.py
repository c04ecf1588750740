"""What a worker that died could not say itself, said by whoever noticed."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from time import time
from typing import Final

from core.runs.event_log import EventWriter
from core.runs.events import Record, RunLost, RunStopped
from core.runs.folder import SuiteFolder
from core.runs.suite_state import SuiteState, SuiteWatch

_TAIL_LINES: Final = 20

Unsaid = Callable[[SuiteState], Iterable[str]]


def running(state: SuiteState) -> list[str]:
    """Name the runs that are under way: where their worker is dead, those it left unsaid."""
    return [run.name for run in state.under_way]


def lost(folder: SuiteFolder, exit_code: int | None) -> RunLost:
    """Return the end of a run whose worker died, with the last lines that worker wrote."""
    try:
        lines = folder.stderr.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    return RunLost(exit_code=exit_code, stderr_tail="\n".join(lines[-_TAIL_LINES:]))


def say(
    folder: SuiteFolder,
    watch: SuiteWatch,
    end: RunLost | RunStopped,
    unsaid: Unsaid = running,
    patience: float = 0.0,
) -> bool:
    """Write `end` into the event file of every run that `unsaid` names; tell whether it could be seen to.

    The suite's lock is held meanwhile and the files are read again under it, so that of several who notice
    one speaks. Where somebody else holds it for longer than `patience` seconds nothing is said. Where the
    disk takes nothing, or the folder is gone, `watch` alone is told: the state must be true even so.
    """
    try:
        lock = folder.lock().acquire(timeout=patience) if folder.path.is_dir() else None
    except TimeoutError:
        return False
    except OSError:  # not ours to write
        lock = None
    with lock or nullcontext():
        for name in unsaid(watch.poll()):
            if lock is None or not _written(end, folder.run(name).events):
                watch.apply(name, Record(-1, time(), end))
    return True


def _written(end: RunLost | RunStopped, events: Path) -> bool:
    try:
        with EventWriter(events) as log:
            log.write(end)
    except OSError:  # a full disk, perhaps what the worker died of
        return False
    return True
