"""Which results of runs are fair to set side by side, and which are one network's in several seeds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from core.results.labelled_runs import LabelledRun
from core.runs.run_state import Outcome

_SEED_WORDS: Final = re.compile(r", seed \d+| \(\d+\)$")


@dataclass(frozen=True, slots=True)
class Result:
    """A run's test accuracy, 0 to 1, after an epoch, on so many images."""

    run: LabelledRun
    epoch: int
    accuracy: float
    images: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """The results of runs that differ in nothing but their seed, one of each seed."""

    results: tuple[Result, ...]

    @property
    def label(self) -> str:
        """The name of its run; of several, what their names share."""
        label = self.results[0].run.label
        return label if len(self.results) == 1 else _SEED_WORDS.sub("", label)

    @property
    def accuracy(self) -> float:
        """Mean test accuracy, 0 to 1."""
        return fmean(self.accuracies)

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Every run's test accuracy, 0 to 1."""
        return tuple(result.accuracy for result in self.results)


def comparable(tested: Sequence[LabelledRun]) -> tuple[Result, ...]:
    """Return results of evaluated runs that are fair to set side by side.

    Runs that broke off are left out while two others remain. Finished runs count with their last epoch,
    others with the last epoch that all have reached.
    """
    sound = [run for run in tested if run.state.outcome in {Outcome.FINISHED, Outcome.RUNNING}]
    runs = sound if len(sound) > 1 else tested
    reached = set.intersection(*({test.epoch for test in run.state.tests} for run in runs))
    if all(run.state.outcome is Outcome.FINISHED for run in runs) or not reached:
        return tuple(_result(run, run.state.tests[-1].epoch) for run in runs)
    return tuple(_result(run, max(reached)) for run in runs)


def contestants(results: Sequence[Result]) -> list[Contestant]:
    """Return who is compared, the best first; of runs with one seed too, which are no repeats, the first."""
    alike: dict[object, dict[int, Result]] = {}
    for result in results:
        started = result.run.state.started
        key = id(result) if started is None else replace(started.config, seed=0)
        seed = 0 if started is None else started.config.seed
        alike.setdefault(key, {}).setdefault(seed, result)
    found = (Contestant(tuple(by_seed.values())) for by_seed in alike.values())
    return sorted(found, key=lambda contestant: -contestant.accuracy)


def _result(run: LabelledRun, epoch: int) -> Result:
    test = next(test for test in run.state.tests if test.epoch == epoch)
    return Result(run, epoch, test.accuracy, test.images)
