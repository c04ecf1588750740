"""Suites with several seeds, half trained: this process writes what a worker would."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.event_log import EventWriter
from core.runs.events import Event, Phase, PhaseChanged
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import Fault, RunFailed, RunFinished, RunStopped
from tests.report.example_evidence import watched, watched_answers
from tests.report.example_runs import config, epoch_events, example_png, opening_events
from tests.tui.runs.suites_on_disk import FIRST, made_at

EPOCHS = 20


def half_trained_study(
    runs_dir: Path, seeds: int = 8, presets: tuple[Preset, ...] = (Preset.REFERENCE,)
) -> SuiteFolder:
    """Make a study half of whose runs have ended, one stopped, one failed; two are under way."""
    grid = Grid(replace(config(Norm.BATCH), data="/images"), tuple(Norm), presets, tuple(range(seeds)))
    suite = create_suite(runs_dir, SuiteConfig(grid.runs(), "cifar-tui"), made_at())
    names = suite.config().names
    ended = len(names) // 2
    failed, stopped = names[ended - 3], names[ended - 2]
    last: dict[str, tuple[int, Event]] = {
        failed: (3, RunFailed(error="loss is nan", fault=Fault.PROGRAM)),
        stopped: (7, RunStopped(reason="skipped")),
    }
    for name in names[:ended]:
        write(suite, name, run_events(suite, name, *last.get(name, (EPOCHS, RunFinished()))))
    write(suite, names[ended], run_events(suite, names[ended], 14, PhaseChanged(phase=Phase.TRAIN)))
    write(suite, names[ended + 1], run_events(suite, names[ended + 1], 0, PhaseChanged(phase=Phase.TRAIN)))
    return suite


def run_events(suite: SuiteFolder, name: str, epochs: int, last: Event) -> Iterator[Event]:
    """Yield what a run tells: so many epochs, then `last`."""
    run = suite.config().config_of(name)
    yield from opening_events(run)
    yield watched(example_png)
    for epoch in range(1, epochs + 1):
        yield from epoch_of(run, epoch)
    yield last


def epoch_of(run: RunConfig, epoch: int) -> tuple[Event, ...]:
    """Return an epoch's events; how many images are right depends on the seed, too."""
    trained, tested = epoch_events(run.norm, epoch)
    first, *others = tested.confusion
    fewer = run.seed * 37 % 100
    wrong = (first[0] - fewer, first[1] + fewer, *first[2:])
    answered = watched_answers(run.norm, epoch, run.seed)
    return trained, answered, replace(tested, confusion=(wrong, *others))


def write(suite: SuiteFolder, name: str, events: Iterable[Event]) -> None:
    """Append `events` to a run, a second apart, beginning when the suite was made."""
    times = iter(range(10**6))
    with EventWriter(suite.run(name).events, clock=lambda: FIRST.timestamp() + next(times)) as log:
        for event in events:
            log.write(event)
