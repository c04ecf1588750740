"""Suites whose event files are written by the test instead of a worker."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.event_log import EventWriter
from core.runs.events import Event
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunStarted
from core.runs.suite_events import (
    JobEnded,
    JobStarted,
    RunsQueued,
    SuiteEvent,
    WorkerAlive,
    WorkerEnded,
    WorkerStarted,
)
from core.runs.suite_lock import SuiteLock
from core.runs.suite_state import SuiteReader

CONFIG = RunConfig(norm=Norm.BATCH, epochs=4, data="demo")
SUITE = SuiteConfig(Grid(CONFIG, (Norm.BATCH, Norm.GROUP)).runs(), "cifar-tui")


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def made_suite(runs_dir: Path) -> SuiteFolder:
    """Return a suite of batch and group norm that nobody trains."""
    return create_suite(runs_dir, SUITE, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


def begun(name: str) -> RunStarted:
    return RunStarted(run=name, config=CONFIG, recipe=CONFIG.recipe, command=SUITE.command)


def write(folder: SuiteFolder, name: str, *events: Event) -> None:
    """Append `events` to a run's event file, as of now."""
    with EventWriter(folder.run(name).events) as log:
        for event in events:
            log.write(event)


def log(folder: SuiteFolder, *events: SuiteEvent) -> None:
    """Append `events` to the suite's own log."""
    with EventWriter(folder.log) as writer:
        for event in events:
            writer.write(event)


@contextmanager
def at_work(folder: SuiteFolder, *runs: str) -> Iterator[SuiteLock]:
    """Be the suite's worker meanwhile, started for `runs` of it, or for all of it; gives its lock.

    What its runs' files say at the beginning is taken to be this worker's doing.
    """
    queued = RunsQueued(runs=runs or folder.config().names, commands=0)
    begun_runs = [run for run in SuiteReader(folder).poll().runs if run.started]
    with folder.lock().acquire(timeout=0) as lock:
        log(folder, queued, WorkerStarted(pid=os.getpid()))
        log(folder, *(JobStarted(run=run.name) for run in begun_runs))
        log(folder, *(JobEnded(run=run.name) for run in begun_runs if run.outcome.ended))
        yield lock
        log(folder, WorkerEnded(exit_code=0))


@contextmanager
def beating(folder: SuiteFolder) -> Iterator[None]:
    """Be a suite's worker that gives signs of life meanwhile, however long a test takes."""
    stopping = threading.Event()

    def beat() -> None:
        while not stopping.wait(1.0):
            log(folder, WorkerAlive())

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        yield
    finally:
        stopping.set()
        heart.join()
