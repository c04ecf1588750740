"""Follows a suite by its files: the one way to know how it stands."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Final

from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.commands import Order, read_order
from core.runs.death import lost
from core.runs.event_log import EventReader
from core.runs.events import Record
from core.runs.file_tail import LineTail
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.notes import with_note, with_notes
from core.runs.run_reducer import after, replay
from core.runs.run_state import Outcome, RunState
from core.runs.suite_control import SuiteControl

_MOST_ORDERS: Final = 10_000  # the newest: people have not asked so much


@dataclass(frozen=True, slots=True)
class SuiteState:
    """How every run of a suite stands, in the suite's order, and what is asked of its worker.

    `control` counts what was asked and the worker has not read yet as if it had. `unheard` names the runs
    that somebody asked to train again and no worker heard of, because it was leaving; those of
    `unheard_fresh` from scratch. What is queued or asked
    stands for as long as a worker lives, which the files alone cannot tell.
    """

    config: SuiteConfig
    runs: tuple[RunState, ...]
    control: SuiteControl = SuiteControl()
    unheard: tuple[str, ...] = ()
    unheard_fresh: tuple[str, ...] = ()

    @property
    def stopping(self) -> bool:
        """Tell whether the suite is to end before all is trained."""
        return self.control.stop is not None

    @property
    def pausing(self) -> bool:
        """Tell whether the runs under way are to hold."""
        return self.control.pausing

    @property
    def skipping(self) -> frozenset[str]:
        """The runs under way that are to end."""
        return self.control.skipping

    @property
    def queued(self) -> tuple[str, ...]:
        """The runs that are still to begin, in their order."""
        running = {run.name for run in self.under_way}
        taken = [run.name for run in self.runs if run.name in self.control.running - running]
        return (*taken, *(name for name in self.control.queued if name in self.config.names))

    @property
    def retrying(self) -> frozenset[str]:
        """The queued runs that have ended before."""
        return frozenset(self.queued).intersection(run.name for run in self.runs if run.outcome.ended)

    @property
    def under_way(self) -> tuple[RunState, ...]:
        """The runs that have begun and not ended: several where they train side by side."""
        return tuple(run for run in self.runs if run.outcome is Outcome.RUNNING)

    def config_of(self, run: RunState) -> RunConfig:
        """Return what `run` is made from, whether it has begun or not."""
        return self.config.config_of(run.name)


class SuiteReader:
    """Reads what is new in a suite's files and keeps the state of every run.

    `heard` counts the events that were read.

    Raises:
        InputError: the folder holds no suite.
    """

    def __init__(self, folder: SuiteFolder) -> None:
        self._config = folder.config()
        self._readers = {name: EventReader(folder.run(name).events) for name in self._config.names}
        self._runs = {
            name: RunState(name, planned=run)
            for name, run in zip(self._config.names, self._config.runs, strict=True)
        }
        self._log = EventReader(folder.log)
        self._control = SuiteControl()
        self._commands = LineTail(folder.commands)
        self._lines = 0
        self._orders: deque[tuple[int, Order]] = deque(maxlen=_MOST_ORDERS)
        self.heard = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The suite's runs, in its order, as they were when it was opened."""
        return self._config.names

    def poll(self) -> SuiteState:
        """Return the state after everything the files hold now.

        Raises:
            OSError: a file is there but cannot be read.
        """
        # the runs first: a job is logged as ended before its run says so, and must not look queued again
        for name, reader in self._readers.items():
            before = self._runs[name]
            self._runs[name] = reduce(after, self._counted(reader.new_records()), before)
            if self._runs[name] is not before:
                self._take_length(name)
        for record in self._counted(self._log.new_records()):
            self._control = self._control.apply(record.event)
        for line in self._commands.new_lines():
            if (order := read_order(line)) is not None:
                self._orders.append((self._lines, order))
            self._lines += 1
        return self._state()

    def _take_length(self, name: str) -> None:
        """Plan as many epochs for a run as it says: they may change after the suite was opened."""
        config = self._runs[name].config
        if config is not None and config.epochs != self._config.config_of(name).epochs:
            with suppress(InputError):  # a file that says what no suite can have
                self._config = self._config.lengthened([name], config.epochs)

    def _counted(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.heard += 1
            yield record

    def apply(self, name: str, record: Record) -> None:
        """Take in a record of the run `name` that no file took."""
        self._runs[name] = after(self._runs[name], record)

    def _state(self) -> SuiteState:
        asked = self._control
        for line, order in self._orders:
            if line >= self._control.commands_read:
                asked = asked.ordered(order.command, order.run)
        runs = tuple(self._runs.values())
        if self._control.is_open:
            return SuiteState(self._config, runs, asked)
        fresh = tuple(name for name in asked.queued if name in asked.fresh)
        return SuiteState(self._config, runs, self._control, asked.queued, fresh)


def states_in(path: Path) -> tuple[RunState, ...]:
    """Return the runs in a suite's folder, or the one run whose folder `path` is, from their event files.

    A run whose worker is dead is lost, also before anybody has recorded that; nothing is written.

    Raises:
        InputError: it is neither, or cannot be read.
    """
    try:
        return _states_in(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _states_in(path: Path) -> tuple[RunState, ...]:
    suite = SuiteFolder(path)
    if suite.exists():
        reader = SuiteReader(suite)
        return with_notes(suite, _settled(suite, lambda: reader.poll().runs))
    events = RunFolder(path).events
    if not events.is_file():
        raise InputError(f"{path}: must be a suite's folder (with suite.json) or a run's (with events.jsonl)")
    run = path.resolve()
    (state,) = _settled(
        SuiteFolder(run.parent), lambda: (replay(run.name, EventReader(events).new_records()),)
    )
    return (with_note(RunFolder(path), state),)


def _settled(suite: SuiteFolder, read: Callable[[], tuple[RunState, ...]]) -> tuple[RunState, ...]:
    """Return what is `read`, of which runs under way are lost where no worker of `suite` lives."""
    runs = read()
    if not any(run.outcome is Outcome.RUNNING for run in runs) or not suite.exists() or suite.alive():
        return runs
    runs = read()  # for what a worker said last that ended between the two looks
    end = lost(suite, None)
    return tuple(
        after(run, Record(-1, run.updated_at or 0.0, end)) if run.outcome is Outcome.RUNNING else run
        for run in runs
    )
