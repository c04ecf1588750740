"""Follows a suite by its event files: the one way to know how it stands."""

from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from core.config.run_config import RunConfig, SuiteConfig
from core.errors import InputError
from core.runs.commands import Command, Order, read_order
from core.runs.concurrency import runs_at_once
from core.runs.event_log import EventReader, read_events
from core.runs.events import Record
from core.runs.file_tail import LineTail
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.run_state import Outcome, RunState, replay


@dataclass(frozen=True, slots=True)
class SuiteState:
    """How every run of a suite stands, in the suite's order, and what was asked and has not happened yet.

    `stopping`, `asked_to_pause` and `skipping` are about the runs under way. `queued` names the others that
    the worker is still to train; whether that will happen is up to whoever is alive.
    """

    config: SuiteConfig
    runs: tuple[RunState, ...]
    stopping: bool = False
    asked_to_pause: bool = False
    skipping: frozenset[str] = frozenset()
    queued: frozenset[str] = frozenset()

    @property
    def retrying(self) -> frozenset[str]:
        """The queued runs that have ended before."""
        return self.queued.intersection(run.name for run in self.runs if run.outcome.ended)

    @property
    def under_way(self) -> tuple[RunState, ...]:
        """The runs that have begun and not ended: several where they train side by side."""
        return tuple(run for run in self.runs if run.outcome is Outcome.RUNNING)

    @property
    def at_once(self) -> int:
        """How many runs the worker trains side by side, as far as the device is known."""
        devices = (run.environment.device for run in self.runs if run.environment is not None)
        device = next(devices, None)
        return 1 if device is None else runs_at_once(self.config.parallel, len(self.config.runs), device)

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
        self._readers = {name: EventReader(folder.run(name).events) for name in self._config.names}
        self._runs = {name: RunState(name) for name in self._config.names}
        self._commands = LineTail(folder.commands)
        self._orders: list[Order] = []

    def poll(self) -> SuiteState:
        """Return the state after everything the files hold now.

        Raises:
            OSError: a file is there but cannot be read.
        """
        for name, reader in self._readers.items():
            self._runs[name] = reduce(RunState.apply, reader.poll(), self._runs[name])
        orders = [order for line in self._commands.poll() if (order := read_order(line))]
        # another file is another worker's
        self._orders = orders if self._commands.renewed else self._orders + orders
        return _asked(SuiteState(self._config, tuple(self._runs.values())), self._orders)

    def apply(self, name: str, record: Record) -> None:
        """Take in a record of the run `name` that no file took."""
        self._runs[name] = self._runs[name].apply(record)


def _asked(suite: SuiteState, orders: list[Order]) -> SuiteState:
    """Return `suite` with what of `orders`, oldest first, still stands."""
    runs = {run.name: run for run in suite.runs}
    stopping = pausing = False
    skipping, skipped = set[str](), set[str]()
    queued = {run.name for run in suite.runs if run.outcome is Outcome.WAITING}
    for order in orders:
        run = runs.get(order.run or "")
        match order.command:
            case Command.PAUSE:
                pausing = True
            case Command.RESUME:
                pausing = False
            case Command.SKIP if run:
                if order.time >= (run.started_at or 0.0):  # else it was an earlier try's
                    skipped.add(run.name)
                # as the worker has it: a pause goes on while a run is left that is paused
                pausing = pausing and any(
                    _under_way_at(other, order.time) for other in suite.runs if other.name not in skipped
                )
                if run.outcome is Outcome.RUNNING and _under_way_at(run, order.time):
                    skipping.add(run.name)
            case Command.TRAIN:
                queued = {name for name in order.runs if name in runs and _to_begin(runs[name], order)}
            case Command.RETRY if run and _to_begin(run, order):
                queued.add(run.name)
            case Command.STOP_AFTER_EPOCH | Command.STOP_NOW:
                stopping, pausing = True, False
                queued.clear()
    under_way = suite.under_way
    return replace(
        suite,
        stopping=stopping and under_way != (),
        asked_to_pause=pausing and under_way != (),
        skipping=frozenset(skipping),
        queued=frozenset(queued),
    )


def _under_way_at(run: RunState, time: float) -> bool:
    """Tell whether the newest try of `run` was under way at `time` (Unix seconds)."""
    if run.started_at is None or time < run.started_at:
        return False
    return run.outcome is Outcome.RUNNING or time <= (run.updated_at or 0.0)


def _to_begin(run: RunState, order: Order) -> bool:
    """Tell whether `run` has not begun since `order` was given."""
    return run.outcome is not Outcome.RUNNING and order.time >= (run.updated_at or 0.0)


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
