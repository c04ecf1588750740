"""Records, for a worker that died, what it could not record itself."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from time import time

from core.runs.event_log import EventWriter
from core.runs.events import Event, Record
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunLost, RunStopped
from core.runs.suite_events import WorkerEnded
from core.runs.suite_state import SuiteReader, SuiteState

Select = Callable[[SuiteState], Iterable[str]]
"""Names the runs whose end is to be recorded."""


def under_way(state: SuiteState) -> list[str]:
    """Name the runs that are under way: where their worker is dead, those it left without an end."""
    return [run.name for run in state.under_way]


def under_way_or_next(state: SuiteState) -> list[str]:
    """Name those, or the next in the queue where the worker died before it could say what it was at."""
    return under_way(state) or list(state.queued[:1])


def record_lost(
    folder: SuiteFolder,
    reader: SuiteReader,
    end: RunLost | RunStopped,
    *,
    exit_code: int | None = None,
    select: Select = under_way,
    timeout: float = 0.0,
) -> bool:
    """Record `end` for every run that `select` names, and the worker's own; return whether that was settled.

    The suite's lock is held meanwhile and the files are read again under it, so that of several who notice
    one writes. Where somebody else holds it for longer than `timeout` seconds nothing is recorded. Where the
    disk takes nothing, or the folder is gone, `reader` alone takes it in: the state must be true even so.
    """
    try:
        lock = folder.lock().acquire(timeout=timeout) if folder.path.is_dir() else None
    except TimeoutError:
        return False
    except OSError:  # not ours to write
        lock = None
    with lock or nullcontext():
        state = reader.poll()
        for name in select(state):
            if lock is None or not _written(end, folder.run(name).events):
                reader.apply(name, Record(-1, time(), end))
        if lock is not None and state.control.is_open:
            _written(WorkerEnded(exit_code=exit_code), folder.log)
    return True


def _written(event: Event, file: Path) -> bool:
    try:
        with EventWriter(file) as log:
            log.write(event)
    except OSError:  # a full disk, perhaps what the worker died of
        return False
    return True
