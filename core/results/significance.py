"""Is a difference more than luck? The tests and intervals behind every verdict; nothing of runs here.

Sources: Bouthillier et al., "Accounting for Variance in Machine Learning Benchmarks", 2021, arXiv 2103.03098;
Jordan, "Calibrated Chaos: Variance Between Runs of Neural Network Training is Harmless and Inevitable", 2023,
arXiv 2304.01910.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Final

ALPHA: Final = 0.05
"""The share of comparisons without a true difference in which a claim is made, at most."""

_CONFIDENCE: Final = 1 - ALPHA
_RESAMPLES: Final = 9_999  # of the bootstrap: scipy's own number
_SIGN_FLIPS: Final = 2**16  # every one of them up to 16 seeds, beyond that as many drawn at random
_SEED: Final = 0  # the same runs get the same interval, wherever they are compared


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% confidence interval."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Tell whether zero lies outside."""
        return self.low > 0 or self.high < 0

    @property
    def half_width(self) -> float:
        """How far it reaches to either side of its middle."""
        return (self.high - self.low) / 2


def sign_flip_p(differences: Sequence[float]) -> float:
    """Return the two-sided p of paired differences under a change of each one's sign.

    The exact permutation test of Fisher's "The Design of Experiments", 1935: the share of all sign patterns
    that give a mean as far from zero as the one found. No distribution is assumed; the least p of n pairs is
    2 / 2**n. Imports scipy.
    """
    import numpy as np  # noqa: PLC0415 - not before several seeds are compared
    from scipy.stats import permutation_test  # noqa: PLC0415 - a second or more

    result = permutation_test(
        (np.asarray(differences, dtype=float),),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=_SIGN_FLIPS,
        rng=np.random.default_rng(_SEED),
    )
    return float(result.pvalue)


def bca_interval(differences: Sequence[float]) -> Interval:
    """Return the 95% interval of the mean of two or more differences by the BCa bootstrap.

    Bias-corrected and accelerated: Efron, "Better Bootstrap Confidence Intervals", 1987. Equal differences
    have no width. Imports scipy.
    """
    import numpy as np  # noqa: PLC0415 - see `sign_flip_p`
    from scipy.stats import bootstrap  # noqa: PLC0415 - see `sign_flip_p`

    if len(set(differences)) == 1:
        return Interval(differences[0], differences[0])
    found = bootstrap(
        (np.asarray(differences, dtype=float),),
        np.mean,
        method="BCa",
        confidence_level=_CONFIDENCE,
        n_resamples=_RESAMPLES,
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def only_right(first: Iterable[bool], second: Iterable[bool]) -> tuple[int, int]:
    """Count the images that the first alone has right, and those that the second alone has right."""
    seen = Counter(zip(first, second, strict=True))
    return seen[True, False], seen[False, True]


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p that as many images are right by the first network alone as by the second.

    McNemar, "Note on the sampling error of the difference between correlated proportions", 1947, in its exact
    binomial form: images that both have right, or both wrong, say nothing.
    """
    discordant = only_first + only_second
    tail = sum(math.comb(discordant, count) for count in range(min(only_first, only_second) + 1))
    return min(1.0, 2 * tail / (1 << discordant))


def wilson_interval(successes: float, trials: int) -> Interval:
    """Return the 95% interval of a share of which `trials` independent images had `successes`.

    Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    z = NormalDist().inv_cdf(1 - ALPHA / 2)
    share, weight = successes / trials, z * z / trials
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return Interval(centre - half, centre + half)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted so that all claims at `ALPHA` together are false at most that often.

    Holm, "A simple sequentially rejective multiple test procedure", 1979.
    """
    return _step_down(p_values, range(len(p_values), 0, -1))


def shaffer(p_values: Sequence[float], groups: int) -> tuple[float, ...]:
    """Return Holm's p-values for all pairs of `groups`, sharpened by what can be equal at the same time.

    Of three groups' pairs one or all three can be equal, never two: once one pair differs, at most one of
    the others can be without a difference. Shaffer, "Modified Sequentially Rejective Multiple Test
    Procedures", 1986. It keeps Holm's promise, begins like it and claims more after the first claim.

    Raises:
        ValueError: there are not as many p-values as pairs.
    """
    pairs = len(p_values)
    if pairs != math.comb(groups, 2):
        raise ValueError(f"{pairs} p-values for the pairs of {groups} groups")
    possible = _equal_pairs(groups)
    return _step_down(p_values, [max(n for n in possible if n <= pairs - i) for i in range(pairs)])


def seeds_needed(pairs: int) -> int:
    """Return with how many seeds the exact test can reach a claim at all, over so many pairs: 2 / 2**n."""
    return math.ceil(1 + math.log2(pairs / ALPHA))


def _step_down(p_values: Sequence[float], factors: Sequence[int]) -> tuple[float, ...]:
    """Multiply the p-values, the smallest first, by `factors`; none becomes less than the one before."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, least = [0.0] * len(p_values), 0.0
    for i, factor in zip(order, factors, strict=True):
        least = min(1.0, max(least, factor * p_values[i]))
        adjusted[i] = least
    return tuple(adjusted)


@cache
def _equal_pairs(groups: int) -> frozenset[int]:
    """Return how many pairs of `groups` can be equal at once: a set of `size` equal ones, and the rest."""
    if groups <= 1:
        return frozenset({0})
    sizes = range(1, groups + 1)
    return frozenset(math.comb(size, 2) + rest for size in sizes for rest in _equal_pairs(groups - size))
