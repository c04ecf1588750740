"""What was asked of a suite, as the worker follows it."""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from core.errors import EXIT_FAILED
from core.runs.commands import Command, read_order
from core.runs.event_log import EventReader
from core.runs.events import Event
from core.runs.file_tail import LineTail
from core.runs.folder import SuiteFolder
from core.runs.patient_log import PatientWriter
from core.runs.suite_control import SuiteControl
from core.runs.suite_events import (
    ConcurrencySet,
    JobEnded,
    JobStarted,
    OrderTaken,
    RunsQueued,
    WorkerAlive,
    WorkerEnded,
    WorkerStarted,
)
from core.worker.last_word import last_word

_PAUSE_POLL_SECONDS = 0.1


class Ended(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Raised between two steps to end a run early; `suite` tells whether the queued ones go too."""

    def __init__(self, reason: str, *, suite: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suite = suite


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of a run now; `end` is the reason why it is to end, and whether all others are."""

    pausing: bool = False
    stop_after_epoch: bool = False
    end: tuple[str, bool] | None = None

    def ended(self) -> Ended | None:
        """Return the end that is asked for."""
        return None if self.end is None else Ended(self.end[0], suite=self.end[1])


class Asked(Protocol):
    """Knows what is asked of a suite's runs."""

    @property
    def stop_after_epoch(self) -> bool:
        """Tell whether the epochs under way are to be the last."""

    def pausing(self) -> bool:
        """Tell whether the runs under way are to hold."""

    def poll(self, run: str) -> Ended | None:
        """Return the end of `run` where that is asked now."""


class SuiteOrders:
    """The worker's side of the command file: an order is read here once, and acknowledged in the suite's log.

    `names` are the runs of the suite in `folder`. What the orders come to is the log's own reduction, the
    same that every screen makes. To be used within `at_work`, by the holder of the suite's lock, and then
    from every run's thread.

    Raises:
        OSError: the log cannot be opened.
    """

    def __init__(self, folder: SuiteFolder, names: tuple[str, ...]) -> None:
        self._names = names
        self._control = SuiteControl()
        self._by_hand = True
        for record in EventReader(folder.log).new_records():
            self._control = self._control.apply(record.event)
            self._by_hand = False  # whoever starts a worker from here queues what it is for
        self._terminated = False
        self._hopeless = False
        self._log = PatientWriter(folder.log, last_word, give_up=lambda: self.suite_ends or self._hopeless)
        self._commands = LineTail(folder.commands)
        self._lines = 0
        self._changing = Lock()

    @contextmanager
    def at_work(self, exit_code: Callable[[], int]) -> Iterator[None]:
        """Record that a worker is at work meanwhile, on what is queued; on all of a suite that never was.

        Where nothing is queued any more, another worker came first: what has finished is left as it is.

        `exit_code` gives the status the worker will end with, where no exception ends it.

        Raises:
            OSError: the log cannot be written.
        """
        status = EXIT_FAILED
        with self._log:
            if self._control.worker_pid is not None:  # it died, and nobody was there to say so
                self._record(WorkerEnded(exit_code=None))
            if self._by_hand:
                self._record(RunsQueued(runs=self._names, commands=len(self._commands.poll())))
                self._lines = self._control.commands_read
            self._record(WorkerStarted(pid=os.getpid()))
            try:
                yield
                status = exit_code()
            finally:
                with self._changing:
                    self._record(WorkerEnded(exit_code=status))

    @property
    def suite_ends(self) -> bool:
        """Tell whether, as far as is known, no further run is to begin."""
        return self._terminated or self._control.stop is not None

    def is_ending(self) -> bool:
        """Tell the same, for whoever is not to wait any longer then."""
        return self.suite_ends

    @property
    def stop_after_epoch(self) -> bool:
        """Tell whether the epochs under way are to be the last."""
        return self._control.stop is Command.STOP_AFTER_EPOCH

    @property
    def max_concurrent(self) -> int:
        """How many runs train side by side; one until the device is known."""
        return self._control.max_concurrent

    def set_max_concurrent(self, runs: int) -> None:
        """Let `runs` runs train side by side."""
        with self._changing:
            self._record(ConcurrencySet(max_concurrent=runs))

    def take(self, busy: Collection[str]) -> JobStarted | None:
        """Take the next queued run that is none of `busy`; None where there is none, or the suite ends."""
        with self._changing:
            self._read()
            if self.suite_ends:
                return None
            waiting = (name for name in self._control.queued if name in self._names and name not in busy)
            run = next(waiting, None)
            if run is None:
                return None
            taken = JobStarted(run=run, fresh=run in self._control.fresh)
            self._record(taken)
            return taken

    def end(self, run: str) -> None:
        """Say that `run` ends: what comes from now on is too late for a skip, and in time for a retry."""
        with self._changing:
            self._record(JobEnded(run=run))

    def beat(self) -> None:
        """Say in the log that the worker lives.

        Raises:
            OSError: the log is gone.
        """
        with self._changing:
            self._record(WorkerAlive())

    def give_up(self) -> None:
        """Wait no longer for a disk that has taken nothing for too long already."""
        self._hopeless = True

    def terminate(self) -> None:
        """End the suite at the next look; safe to call from a signal handler."""
        self._terminated = True

    def pausing(self) -> bool:
        """Tell whether the runs under way are to hold."""
        return self._control.pausing

    def poll(self, run: str) -> Ended | None:
        """Read what was asked since anybody looked; return the end of `run` where that is asked now."""
        with self._changing:
            self._read()
            if self._terminated:
                return Ended("terminated", suite=True)
            if self._control.stop is Command.STOP_NOW:
                return Ended("asked to stop at once", suite=True)
            return Ended("skipped", suite=False) if run in self._control.skipping else None

    def _read(self) -> None:
        for line in self._commands.new_lines():
            order = read_order(line)
            if order is not None and self._lines >= self._control.commands_read:
                self._record(OrderTaken(line=self._lines, command=order.command, run=order.run))
            self._lines += 1
        if self._terminated and self._control.stop is not Command.STOP_NOW:
            self._record(OrderTaken(line=None, command=Command.STOP_NOW))

    def _record(self, event: Event) -> None:
        self._log.write(event)
        self._control = self._control.apply(event)


class Orders:
    """What was asked, as the run `run` follows it.

    `paused` is called when a pause of the run begins (True) and ends (False); `clock` times it, in seconds.
    """

    def __init__(
        self,
        suite: Asked,
        run: str,
        paused: Callable[[bool], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._suite = suite
        self._run = run
        self._paused = paused

    @property
    def stop_after_epoch(self) -> bool:
        """Tell whether the epoch under way is to be the last."""
        return self._suite.stop_after_epoch

    def wishes(self) -> Wishes:
        """Return what is asked now, for whoever carries it out elsewhere."""
        end = self._suite.poll(self._run)
        return Wishes(
            pausing=self._suite.pausing(),
            stop_after_epoch=self.stop_after_epoch,
            end=None if end is None else (end.reason, end.suite),
        )

    def poll_commands(self) -> float:
        """Carry out what was asked since the last call; return the seconds spent paused.

        Raises:
            Ended: somebody asked to skip this run, or to stop the suite at once.
        """
        self._end_if_asked()
        if not self._suite.pausing():
            return 0.0
        began = self._clock()
        self._paused(True)  # noqa: FBT003 - the callable's only argument
        while self._suite.pausing():
            time.sleep(_PAUSE_POLL_SECONDS)
            self._end_if_asked()
        self._paused(False)  # noqa: FBT003 - the callable's only argument
        return self._clock() - began

    def poll_commands_before_training(self) -> None:
        """Do the same while there is no epoch to finish yet.

        Raises:
            Ended: as for `poll_commands`, and where the suite is to stop after an epoch.
        """
        self.poll_commands()
        if self.stop_after_epoch:
            raise Ended("asked to stop", suite=True)

    def _end_if_asked(self) -> None:
        if (end := self._suite.poll(self._run)) is not None:
            raise end
