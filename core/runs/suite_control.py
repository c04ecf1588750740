"""The pure reducer of a suite's own log: what is queued, and what of the orders still stands.

The worker and everybody who watches it ask here, so that what a screen says is what the worker does.
"""

from dataclasses import dataclass, replace

from core.runs.commands import Command
from core.runs.events import Event
from core.runs.suite_events import (
    ConcurrencySet,
    JobEnded,
    JobStarted,
    OrderTaken,
    RunsQueued,
    WorkerEnded,
    WorkerStarted,
)


@dataclass(frozen=True, slots=True)
class SuiteControl:
    """How the suite is steered, by its log.

    `queued` is in the order in which the runs are to train, those of `fresh` from scratch. `skipping` are
    those of `running` that are to end, `stop` is one of the two commands that end the suite. `commands_read`
    lines of the command file have been read, by the worker or as an earlier one's.
    """

    queued: tuple[str, ...] = ()
    fresh: frozenset[str] = frozenset()
    running: frozenset[str] = frozenset()
    skipping: frozenset[str] = frozenset()
    pausing: bool = False
    stop: Command | None = None
    max_concurrent: int = 1
    worker_pid: int | None = None
    commands_read: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether a worker is, or is about to be, at work, as far as the log says: it may have died."""
        return self.worker_pid is not None or self.queued != ()

    def apply(self, event: Event) -> "SuiteControl":
        """Return the control after `event`."""
        control = self
        match event:
            case RunsQueued(runs=runs, commands=commands, fresh=fresh):
                control = SuiteControl(queued=runs, fresh=frozenset(fresh), commands_read=commands)
            case WorkerStarted(pid=pid):
                control = replace(self, worker_pid=pid)
            case ConcurrencySet(max_concurrent=max_concurrent):
                control = replace(self, max_concurrent=max_concurrent)
            case JobStarted(run=run):
                queued = tuple(name for name in self.queued if name != run)
                control = replace(
                    self._without(run), queued=queued, fresh=self.fresh - {run}, running=self.running | {run}
                )
            case JobEnded(run=run):
                control = self._without(run)
            case OrderTaken(line=line, command=command, run=run):
                read = self.commands_read if line is None else line + 1
                control = replace(self.ordered(command, run), commands_read=read)
            case WorkerEnded():
                control = SuiteControl(commands_read=self.commands_read)
        return control

    def ordered(self, command: Command, run: str | None) -> "SuiteControl":
        """Return the control after an order; one that comes too late, or for no such run, changes nothing."""
        control = self
        match command:
            case Command.PAUSE:
                control = replace(self, pausing=self.stop is None)
            case Command.RESUME:
                control = replace(self, pausing=False)
            case Command.SKIP if run in self.running:
                skipping = self.skipping | {run}
                # the next run goes on; others that are paused stay so
                pausing = self.pausing and self.running > skipping
                control = replace(self, skipping=skipping, pausing=pausing)
            case Command.RETRY | Command.GO_ON if run and self._can_be_queued(run):
                fresh = self.fresh | {run} if command is Command.RETRY else self.fresh
                control = replace(self, queued=(*self.queued, run), fresh=fresh)
            case Command.STOP_AFTER_EPOCH | Command.STOP_NOW if self.stop is not Command.STOP_NOW:
                control = replace(self, stop=command, pausing=False, queued=())
        return control

    def _can_be_queued(self, run: str) -> bool:
        return self.stop is None and run not in (*self.queued, *self.running)

    def _without(self, run: str) -> "SuiteControl":
        return replace(self, running=self.running - {run}, skipping=self.skipping - {run})
