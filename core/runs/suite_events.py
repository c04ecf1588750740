"""What happens to a suite as a whole: who trains it, which runs are queued, what was asked of it.

They stand in the suite's own log, ``suite.jsonl``, which the holder of the suite's lock writes; what a run
has to say stands in its own event file.
"""

from dataclasses import dataclass

from core.runs.commands import Command
from core.runs.limits import Count, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsQueued:
    """A worker is to be started for `runs`, in this order.

    The first `commands` lines of the command file were there before: they are no orders for this worker.
    Those of `fresh` begin anew, the others go on where they were stopped.
    """

    runs: tuple[str, ...]
    commands: Count
    fresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStarted:
    """A worker, process number `pid`, is at work on what is queued."""

    pid: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrencySet:
    """The worker knows its device, and so how many runs it trains side by side there."""

    max_concurrent: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """The worker took `run` from the queue, to begin anew if `fresh`; its own file goes on from here."""

    run: str
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTaken:
    """The worker read an order, and follows it from here on.

    `line` counts the command file's lines from 0; None is a signal, which stands in no file.
    """

    line: Count | None
    command: Command
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAlive:
    """The worker's heartbeat, every few seconds, whatever its runs are busy with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnded:
    """The worker is done with `run`, whose file is about to say how it ended."""

    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnded:
    """Nobody trains the suite any more; what was queued or asked is void.

    `exit_code` is the worker's; None where it died and was nobody's child any more. Written by the
    worker, or for one that died by another process.
    """

    exit_code: int | None


SuiteEvent = (
    RunsQueued
    | WorkerStarted
    | WorkerAlive
    | ConcurrencySet
    | JobStarted
    | OrderTaken
    | JobEnded
    | WorkerEnded
)
