"""How long a suite will take from here: training, evaluation and what is queued."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heapreplace
from statistics import fmean

from core.config.run_config import RunConfig
from core.runs.events import EpochEnded
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState

# A test image goes forward only; a training image forward and back, which is twice the work again. Used
# until a first evaluation has been timed.
_FORWARD_SHARE = 1 / 3

_LEAST_STEPS = 10  # of a run, and of training: before, caches are cold, and a rate tells nothing yet
_LEAST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class EpochCost:
    """What one epoch takes, in seconds."""

    train: float
    evaluate: float

    @property
    def total(self) -> float:
        """Training and evaluation together."""
        return self.train + self.evaluate


def epoch_cost(run: RunState) -> EpochCost | None:
    """Measure what an epoch of `run` takes; None while too little of it is trained to tell."""
    train = _train_seconds(run)
    if train is None or run.data is None:
        return None
    if run.tests:
        return EpochCost(train, fmean(test.seconds for test in run.tests))
    return EpochCost(train, train * _FORWARD_SHARE * run.data.test_images / run.data.train_images)


def _train_seconds(run: RunState) -> float | None:
    trained = [result.train for result in run.epochs]
    if not run.outcome.ended and not _tells(run, trained):
        return None
    if trained:
        return fmean(train.seconds for train in trained)
    steps, rate = run.steps_an_epoch, run.steps_a_second
    return steps / rate if steps and rate else None


def _tells(run: RunState, trained: Sequence[EpochEnded]) -> bool:
    """Return whether a run under way, with the epochs `trained`, has come far enough for an estimate."""
    steps, seconds = run.timed_steps if run.epoch > len(trained) else (0, 0.0)
    steps += sum(train.batches for train in trained)
    seconds += sum(train.seconds for train in trained)
    return steps >= _LEAST_STEPS and seconds >= _LEAST_SECONDS


def epoch_fraction(run: RunState) -> float:
    """Return the share of the epoch under way that is trained, 0 to 1; 0 where none is."""
    if run.outcome.ended or not run.steps_an_epoch or run.epoch <= len(run.tests):
        return 0.0
    return run.epoch_steps / run.steps_an_epoch


def seconds_done(run: RunState, cost: EpochCost) -> float:
    """Return how many of the seconds of `run` lie behind it, at `cost` an epoch."""
    return len(run.tests) * cost.total + epoch_fraction(run) * cost.train


def seconds_left(suite: SuiteState) -> float | None:
    """Return the seconds the suite still needs, counting evaluation and queued runs; None while unknown.

    A run that has not begun is taken to cost what those do that differ from it in nothing but the seed, else
    what all others do, and to begin as soon as one ends that leaves room. Each is taken to go on as fast as
    so far: where runs share the processor, the last ones of a suite have more of it and end a little sooner.
    What was asked of the worker counts: where the suite is to stop, only the epochs under way are left.
    """
    costs = _costs(suite)
    if not costs:
        return None
    busy = [_run_seconds_left(suite, run, costs[run.name]) for run in suite.under_way]
    until_free = busy + [0.0] * (suite.control.max_concurrent - len(busy))
    heapify(until_free)
    longest = max(until_free)
    for name in suite.queued:
        ends = until_free[0] + suite.config.config_of(name).epochs * costs[name].total
        heapreplace(until_free, ends)
        longest = max(longest, ends)
    return longest


def _costs(suite: SuiteState) -> dict[str, EpochCost]:
    """Return what an epoch of each run takes, measured or expected; empty while nothing is known."""
    measured = {run.name: cost for run in suite.runs if (cost := epoch_cost(run)) is not None}
    if not measured:
        return {}
    alike: dict[RunConfig, list[EpochCost]] = defaultdict(list)
    for name, cost in measured.items():
        alike[_but_for_the_seed(suite, name)].append(cost)
    typical = _mean(tuple(measured.values()))
    expected = {kind: _mean(costs) for kind, costs in alike.items()}
    return {
        run.name: measured.get(run.name) or expected.get(_but_for_the_seed(suite, run.name), typical)
        for run in suite.runs
    }


def _but_for_the_seed(suite: SuiteState, name: str) -> RunConfig:
    return replace(suite.config.config_of(name), seed=0)


def _mean(costs: Sequence[EpochCost]) -> EpochCost:
    return EpochCost(fmean(cost.train for cost in costs), fmean(cost.evaluate for cost in costs))


def _run_seconds_left(suite: SuiteState, run: RunState, cost: EpochCost) -> float:
    """Return the seconds that `run`, which is under way, still needs at `cost` an epoch."""
    if run.name in suite.skipping:
        return 0.0
    if suite.stopping:
        return cost.total - epoch_fraction(run) * cost.train if run.epoch > len(run.tests) else 0.0
    return max(suite.config_of(run).epochs * cost.total - seconds_done(run, cost), 0.0)
