"""Which results of runs are fair to set side by side, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev

from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup, seed_groups
from core.runs.events import Evaluated
from core.runs.evidence_events import AnswersMarked
from core.runs.run_state import Outcome


@dataclass(frozen=True)
class Result:
    """What a run came to on the test images after an epoch."""

    run: LabelledRun
    test: Evaluated

    @property
    def epoch(self) -> int:
        """The epoch it is of, from 1."""
        return self.test.epoch

    @cached_property
    def accuracy(self) -> float:
        """Test accuracy, 0 to 1."""
        return self.test.accuracy

    @property
    def seed(self) -> int:
        """The seed the run was trained with; 0 where it is not known."""
        return self.run.state.config.seed if self.run.state.config else 0

    @property
    def answers(self) -> AnswersMarked | None:
        """Which test images were right after this epoch; None where that was not recorded."""
        marked = self.run.state.answers
        return marked if marked is not None and marked.epoch == self.epoch else None


@dataclass(frozen=True)
class Contestant:
    """A network and its results, one of each seed, in the order of the seeds."""

    group: SeedGroup
    results: tuple[Result, ...]

    @property
    def label(self) -> str:
        """Its name; of several seeds, what their names share."""
        return self.group.label

    @cached_property
    def accuracy(self) -> float:
        """Mean test accuracy, 0 to 1."""
        return fmean(result.accuracy for result in self.results)

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the seeds' test accuracies; None of one seed."""
        accuracies = [result.accuracy for result in self.results]
        return stdev(accuracies) if len(accuracies) > 1 else None

    @cached_property
    def by_seed(self) -> dict[int, Result]:
        """Its results by their seeds."""
        return {result.seed: result for result in self.results}

    def shared_seeds(self, other: "Contestant") -> tuple[int, ...]:
        """Return the seeds that both have results of."""
        return tuple(seed for seed in self.by_seed if seed in other.by_seed)


def comparable(tested: Sequence[LabelledRun]) -> tuple[Result, ...]:
    """Return results of evaluated runs that are fair to set side by side.

    Runs that broke off are left out while two others remain. Finished runs count with their last epoch,
    others with the last epoch that all have reached; but where two networks have finished runs and one of
    them several seeds, those under way wait, rather than take all back to their epoch.
    """
    sound = [run for run in tested if run.state.outcome in {Outcome.FINISHED, Outcome.RUNNING}]
    runs = sound if len(sound) > 1 else tested
    finished = [run for run in runs if run.state.outcome is Outcome.FINISHED]
    if len(finished) > len(seed_groups(finished)) > 1:
        runs = finished
    reached = set.intersection(*({test.epoch for test in run.state.tests} for run in runs))
    if all(run.state.outcome is Outcome.FINISHED for run in runs) or not reached:
        return tuple(_result(run, run.state.tests[-1].epoch) for run in runs)
    return tuple(_result(run, max(reached)) for run in runs)


def contestants(results: Sequence[Result]) -> tuple[Contestant, ...]:
    """Return who is compared, the best first; a seed trained twice counts once, with its first run."""
    by_run = {id(result.run): result for result in results}
    found = []
    for group in seed_groups([result.run for result in results]):
        if not group.repeats:
            own = sorted((by_run[id(run)] for run in group.runs), key=lambda result: result.seed)
            found.append(Contestant(group, tuple(own)))
    return tuple(sorted(found, key=lambda contestant: -contestant.accuracy))


def _result(run: LabelledRun, epoch: int) -> Result:
    return Result(run, next(test for test in run.state.tests if test.epoch == epoch))
