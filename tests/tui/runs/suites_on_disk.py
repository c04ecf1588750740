"""Suites as workers leave them on the disk, from made-up events."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.event_log import EventWriter
from core.runs.events import Event
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import Fault, RunFailed, RunLost, RunStopped
from tests.report.example_runs import config, epoch_events, finished_events, opening_events

FIRST = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def made_at(number: int = 0) -> datetime:
    """Return when the suite `number` is made, in local time, as suites' names are."""
    return (FIRST + timedelta(hours=number)).astimezone()


def when(number: int = 0) -> str:
    """Return the same as the list tells it."""
    return f"{made_at(number):%Y-%m-%d %H:%M}"


def make_suite(
    runs_dir: Path, number: int = 0, *, norms: Iterable[Norm] = Norm, seed: int = 0
) -> SuiteFolder:
    """Make an empty suite, `number` hours after the first."""
    images = replace(config(Norm.BATCH, seed), data="/images")  # a relative folder would be made absolute
    return create_suite(
        runs_dir, SuiteConfig(Grid(images, tuple(norms)).runs(), "cifar-tui"), made_at(number)
    )


def write(suite: SuiteFolder, norm: Norm, events: Iterable[Event]) -> None:
    """Append `events` to a run, a second apart, beginning when the suite was made."""
    begun = datetime.strptime(suite.path.name[:15], "%Y%m%d-%H%M%S").astimezone().timestamp()
    times = iter(range(10**6))
    with EventWriter(suite.run(norm).events, clock=lambda: begun + next(times)) as log:
        for event in events:
            log.write(event)


def finished_suite(runs_dir: Path, number: int = 0, *, seed: int = 0) -> SuiteFolder:
    """Make a suite of three runs that have all finished."""
    suite = make_suite(runs_dir, number, seed=seed)
    for run in suite.config().runs:
        write(suite, run.norm, finished_events(run))
    return suite


def ended_suite(runs_dir: Path, number: int = 0) -> SuiteFolder:
    """Make a suite of which one run failed, one was stopped, one was lost."""
    suite = make_suite(runs_dir, number)
    ends: tuple[Event, ...] = (
        RunFailed(error="loss is nan", fault=Fault.PROGRAM),
        RunStopped(reason="asked to stop"),
        RunLost(exit_code=-9, stderr_tail=""),
    )
    for run, end in zip(suite.config().runs, ends, strict=True):
        write(suite, run.norm, [*opening_events(run), *epoch_events(run.norm, 1), end])
    return suite
