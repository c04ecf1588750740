"""What a comparison comes to: who leads, whether that is beyond luck, and what it is worth."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.results import verdict_words
from core.results.contestants import Contestant, comparable, contestants
from core.results.data_cautions import DIFFERENT_TEST_IMAGES, data_cautions, same_test_images
from core.results.labelled_runs import LabelledRun
from core.results.pair_verdict import PairVerdict, pair_verdicts
from core.results.significance import Interval, wilson_interval
from core.runs.run_state import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One network's place: test accuracies as fractions, over its seeds.

    `deviation` is the standard deviation over seeds, None of one. `test_set_interval` is what the number of
    test images alone leaves open about the mean: another set of as many would give another accuracy, to all
    seeds alike. `runs` are the labels of its runs that are compared.
    """

    label: str
    runs: tuple[str, ...]
    seeds: int
    epochs: tuple[int, ...]
    accuracy: float
    deviation: float | None
    test_images: int
    test_set_interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyVerdict:
    """The verdict on several runs, the same on every screen and in every report.

    `lead` says it in a sentence, `cautions` what to read it with. `standings` are in the order of the
    accuracies and `pairs` in theirs; there are none where a ranking is refused, or nothing is evaluated.
    `best` is the label of the network that is better than every other beyond luck, None without one.
    `ranking` is what the standings and pairs were worked out from, in the same order.
    """

    lead: str
    cautions: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    pairs: tuple[PairVerdict, ...] = ()
    best: str | None = None
    ranking: tuple[Contestant, ...] = field(default=(), compare=False, repr=False)

    @property
    def leaders(self) -> frozenset[str]:
        """The labels that may bear a star for their test accuracy: the best network's and its runs'."""
        found = [standing for standing in self.standings if standing.label == self.best]
        return frozenset(label for standing in found for label in (standing.label, *standing.runs))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The verdict on each pair, in words."""
        return tuple(map(verdict_words.on_pair, self.pairs))

    @property
    def text(self) -> str:
        """All of it in words: who leads, every pair, and what to read it with."""
        return " ".join((self.lead, *self.sentences, *self.cautions))


def study_verdict(runs: Sequence[LabelledRun]) -> StudyVerdict:
    """Judge the comparison of `runs`, of which some may be training, broken off or not started.

    Imports scipy where two networks have several seeds.
    """
    tested = [run for run in runs if run.state.tests and run.state.outcome is not Outcome.DIVERGED]
    if not tested:
        return StudyVerdict(lead=verdict_words.without_result(runs))
    on_data = data_cautions(tested)
    if not same_test_images(tested):
        cautions = tuple(caution for caution in on_data if caution != DIFFERENT_TEST_IMAGES)
        return StudyVerdict(lead=DIFFERENT_TEST_IMAGES, cautions=cautions)
    results = comparable(tested)
    ranking = contestants(results)
    pairs = pair_verdicts(ranking)
    best = _best(ranking, pairs)
    compared = {id(result.run) for result in results}
    cautions = (
        *on_data,
        *verdict_words.on_chance(ranking, pairs),
        *verdict_words.on_length(results),
        *verdict_words.on_restarts(results),
        *verdict_words.on_others([run for run in runs if id(run) not in compared]),
    )
    return StudyVerdict(
        lead=verdict_words.lead(ranking, results, pairs, best),
        cautions=cautions,
        standings=tuple(map(_standing, ranking)),
        pairs=pairs,
        best=best,
        ranking=ranking,
    )


def _best(ranking: Sequence[Contestant], pairs: Sequence[PairVerdict]) -> str | None:
    """Return who is claimed to be better than every other."""
    beaten = Counter(pair.ahead for pair in pairs if pair.claimed)
    others = len(ranking) - 1
    return next((one.label for one in ranking if beaten[one.label] == others > 0), None)


def _standing(one: Contestant) -> Standing:
    images = min(result.test.images for result in one.results)
    return Standing(
        label=one.label,
        runs=tuple(result.run.label for result in one.results),
        seeds=len(one.results),
        epochs=tuple(result.epoch for result in one.results),
        accuracy=one.accuracy,
        deviation=one.deviation,
        test_images=images,
        test_set_interval=wilson_interval(one.accuracy * images, images) if images else None,
    )
