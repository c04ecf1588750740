"""Whether one network is better than another: paired by seed, or for one seed each by test image."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from statistics import fmean

from core.results.contestants import Contestant
from core.results.significance import (
    ALPHA,
    Interval,
    bca_interval,
    holm,
    mcnemar_p,
    only_right,
    seeds_needed,
    shaffer,
    sign_flip_p,
)

_LEAST_SEEDS = 2  # one difference has no spread to judge it by


class Basis(StrEnum):
    """What a verdict on a pair rests on."""

    SEEDS = "seeds"  # differences of several seeds: about the networks as such
    IMAGES = "images"  # right and wrong, image by image: about these two trained networks alone
    NOTHING = "nothing"  # no test can be made


@dataclass(frozen=True, slots=True, kw_only=True)
class PairVerdict:
    """Two networks, the one with the higher accuracy first, and whether that is beyond luck.

    `difference` is of test accuracies, as fractions; over several seeds the mean of the differences seed by
    seed, of the `seeds` that both have. `adjusted_p` is what a claim is judged by: `p` for as many pairs as
    were tested. `seeds_needed` is how many seeds a claim over that many pairs takes. `interval` is there for
    several seeds, the numbers of images that only one got right for one seed each.
    """

    ahead: str
    behind: str
    difference: float
    basis: Basis
    seeds: int
    p: float | None = None
    adjusted_p: float | None = None
    interval: Interval | None = None
    only_ahead: int | None = None
    only_behind: int | None = None
    seeds_needed: int = 0

    @property
    def claimed(self) -> bool:
        """Tell whether the first is better beyond luck: by the test, and by the interval if there is one."""
        tested = self.adjusted_p is not None and self.adjusted_p <= ALPHA
        return tested and (self.interval is None or self.interval.excludes_zero)

    @property
    def too_few_seeds(self) -> bool:
        """Tell whether no difference, however large, could be claimed with these seeds."""
        return self.basis is Basis.SEEDS and self.seeds < self.seeds_needed


def pair_verdicts(ranking: Sequence[Contestant]) -> tuple[PairVerdict, ...]:
    """Judge every pair of `ranking`, in its order; the p-values are adjusted over the pairs tested.

    Over all pairs by Shaffer's procedure, by Holm's where some could not be tested.
    """
    pairs = [_judged(first, second) for first, second in combinations(ranking, 2)]
    tested = [i for i, pair in enumerate(pairs) if pair.p is not None]
    p_values = [pair.p for pair in pairs if pair.p is not None]
    adjusted = shaffer(p_values, len(ranking)) if len(tested) == len(pairs) else holm(p_values)
    for i, p in zip(tested, adjusted, strict=True):
        pairs[i] = replace(pairs[i], adjusted_p=p, seeds_needed=seeds_needed(len(tested)))
    return tuple(pairs)


def _judged(first: Contestant, second: Contestant) -> PairVerdict:
    if len(first.results) > 1 and len(second.results) > 1:
        return _by_seeds(first, second)
    if len(first.results) == len(second.results) == 1:
        return _by_images(first, second)
    return _untested(first, second)


def _by_seeds(first: Contestant, second: Contestant) -> PairVerdict:
    shared = first.shared_seeds(second)
    if len(shared) < _LEAST_SEEDS:
        return _untested(first, second)
    differences = [first.by_seed[seed].accuracy - second.by_seed[seed].accuracy for seed in shared]
    if fmean(differences) < 0:  # the seeds that only one has can turn the order of the means
        first, second, differences = second, first, [-difference for difference in differences]
    return PairVerdict(
        ahead=first.label,
        behind=second.label,
        difference=fmean(differences),
        basis=Basis.SEEDS,
        seeds=len(shared),
        p=sign_flip_p(differences),
        interval=bca_interval(differences),
    )


def _by_images(first: Contestant, second: Contestant) -> PairVerdict:
    mine, others = first.results[0].answers, second.results[0].answers
    if mine is None or others is None or mine.images != others.images:
        return _untested(first, second)
    only_first, only_second = only_right(mine.answers, others.answers)
    return PairVerdict(
        ahead=first.label,
        behind=second.label,
        difference=first.accuracy - second.accuracy,
        basis=Basis.IMAGES,
        seeds=1,
        p=mcnemar_p(only_first, only_second),
        only_ahead=only_first,
        only_behind=only_second,
    )


def _untested(first: Contestant, second: Contestant) -> PairVerdict:
    return PairVerdict(
        ahead=first.label,
        behind=second.label,
        difference=first.accuracy - second.accuracy,
        basis=Basis.NOTHING,
        seeds=len(first.shared_seeds(second)),
    )
