"""Follows a suite by its event files: the one way to know how it stands."""

from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from core.config import RunConfig, SuiteConfig
from core.errors import InputError
from core.event_log import EventReader, read_events
from core.run_folder import RunFolder, SuiteFolder
from core.run_state import RunState, replay


@dataclass(frozen=True, slots=True)
class SuiteState:
    """How every run of a suite stands, in the suite's order."""

    config: SuiteConfig
    runs: tuple[RunState, ...]

    @property
    def current(self) -> RunState | None:
        """The run under way: the first that has begun and not ended."""
        return next((run for run in self.runs if run.started and not run.outcome.ended), None)

    def config_of(self, run: RunState) -> RunConfig:
        """Return what `run` is made from, whether it has begun or not."""
        return self.config.runs[self.config.names.index(run.name)]


class SuiteWatch:
    """Reads what is new in a suite's event files and keeps the state of every run.

    Raises:
        InputError: the folder holds no suite.
    """

    def __init__(self, folder: SuiteFolder) -> None:
        self._config = folder.config()
        self._readers = [EventReader(folder.run(name).events) for name in self._config.names]
        self._runs = [RunState(name) for name in self._config.names]

    def poll(self) -> SuiteState:
        """Return the state after everything the files hold now."""
        self._runs = [
            reduce(RunState.apply, reader.poll(), run)
            for reader, run in zip(self._readers, self._runs, strict=True)
        ]
        return SuiteState(self._config, tuple(self._runs))


def states_in(path: Path) -> tuple[RunState, ...]:
    """Return the runs in a suite's folder, or the one run whose folder `path` is, from their event files.

    Raises:
        InputError: it is neither, or cannot be read.
    """
    try:
        return _states_in(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _states_in(path: Path) -> tuple[RunState, ...]:
    if (path / "suite.json").is_file():
        return SuiteWatch(SuiteFolder(path)).poll().runs
    events = RunFolder(path).events
    if not events.is_file():
        raise InputError(f"{path}: must be a suite's folder (with suite.json) or a run's (with events.jsonl)")
    return (replay(path.resolve().name, read_events(events)),)
