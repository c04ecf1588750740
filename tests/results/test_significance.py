import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.results.significance import (
    ALPHA,
    Interval,
    bca_interval,
    holm,
    mcnemar_p,
    seeds_needed,
    shaffer,
    sign_flip_p,
    wilson_interval,
)

EXACT = 1e-9
DIFFERENCES = (0.0061, 0.0042, 0.0073, -0.0011, 0.0055, 0.0032, 0.0018, 0.0049)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)

# What statsmodels 0.15.0 says, kept here: it would bring pandas for three functions, and its multipletests
# collects all garbage at every call. They are, of its module stats: mcnemar of [[0, first], [second, 0]] with
# exact=True; multipletests of p_values with method="holm"; proportion_confint of right and images with
# alpha=0.05 and method="wilson".
MCNEMAR = [
    (61, 42, 0.07561910758625795),
    (42, 61, 0.07561910758625795),
    (0, 6, 0.03125),
    (5, 5, 1.0),
    (700, 560, 8.869232897811296e-05),
]
HOLM = [
    ((0.03,), (0.03,)),
    ((0.01, 0.04, 0.03), (0.03, 0.06, 0.06)),
    ((0.02, 0.02, 0.02, 0.2), (0.08, 0.08, 0.08, 0.2)),
    ((0.0, 1.0, 0.5, 0.001, 0.3, 0.013), (0.0, 1.0, 1.0, 0.005, 0.9, 0.052)),
    (
        (0.012, 0.0004, 0.3, 0.011, 0.0131, 0.74, 0.0005, 0.04, 0.0389, 0.9999, 0.021, 0.05),
        (0.11, 0.0048, 0.9, 0.11, 0.11, 1.0, 0.0055, 0.2334, 0.2334, 1.0, 0.147, 0.2334),
    ),
]
WILSON = [
    (8_400, 10_000, (0.8326842873344567, 0.8470545937734832)),
    (0, 20, (0.0, 0.1611251580528194)),
    (20, 20, (0.8388748419471804, 1.0)),
    (1, 3, (0.06149194472039626, 0.7923403991979523)),
]


def test_the_sign_flip_test_counts_every_pattern_of_signs() -> None:
    mean = abs(sum(DIFFERENCES))
    patterns = [
        sum(map(math.prod, zip(signs, DIFFERENCES, strict=True))) for signs in product((1, -1), repeat=8)
    ]
    as_far = sum(abs(total) >= mean - 1e-12 for total in patterns) / len(patterns)
    assert sign_flip_p(DIFFERENCES) == pytest.approx(as_far, abs=EXACT)


@pytest.mark.parametrize(("seeds", "least"), [(3, 0.25), (5, 0.0625), (7, 2 / 128)])
def test_the_least_p_is_that_of_all_differences_on_one_side(seeds: int, least: float) -> None:
    assert sign_flip_p(DIFFERENCES[:1] * seeds) == pytest.approx(least, abs=EXACT)


def test_the_bootstrap_interval_is_scipys_bca() -> None:
    found = stats.bootstrap(
        (np.array(DIFFERENCES),), np.mean, method="BCa", n_resamples=9_999, rng=np.random.default_rng(0)
    ).confidence_interval
    interval = bca_interval(DIFFERENCES)
    assert (interval.low, interval.high) == pytest.approx((found.low, found.high), abs=EXACT)
    assert interval.excludes_zero


def test_equal_differences_have_an_interval_without_width() -> None:
    assert bca_interval((0.01, 0.01)) == Interval(0.01, 0.01)
    assert not bca_interval((0.0, 0.0)).excludes_zero


@pytest.mark.parametrize(("first", "second", "p"), MCNEMAR)
def test_mcnemar_is_statsmodels_exact_test(first: int, second: int, p: float) -> None:
    assert mcnemar_p(first, second) == pytest.approx(p, abs=EXACT)


def test_networks_that_are_right_alike_do_not_differ() -> None:
    assert mcnemar_p(0, 0) == 1.0


@pytest.mark.parametrize(("p_values", "adjusted"), HOLM)
def test_holm_is_statsmodels(p_values: tuple[float, ...], adjusted: tuple[float, ...]) -> None:
    assert holm(p_values) == pytest.approx(adjusted, abs=EXACT)


@given(P_VALUES, st.floats(0.001, 0.999))
def test_holm_claims_what_his_procedure_claims_at_any_level(p_values: list[float], level: float) -> None:
    claimed = []
    for tried, p in enumerate(sorted(p_values)):
        if p * (len(p_values) - tried) > level:
            break  # and no greater one is tried
        claimed.append(p)
    adjusted = zip(holm(p_values), p_values, strict=True)
    assert sorted(p for ours, p in adjusted if ours <= level) == claimed


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_of_three_groups_only_the_first_claim_costs_three_pairs(p_values: tuple[float, ...]) -> None:
    smallest, middle, largest = sorted(p_values)
    first = min(1.0, 3 * smallest)
    assert sorted(shaffer(p_values, 3)) == pytest.approx(
        [first, max(first, middle), max(first, middle, largest)]
    )
    assert all(sharp <= blunt for sharp, blunt in zip(shaffer(p_values, 3), holm(p_values), strict=True))


def test_of_four_groups_shaffers_own_numbers_are_used() -> None:
    # Shaffer (1986): of the six pairs of four means 6, 3, 2, 1 or 0 can be equal at once
    p_values = (0.001, 0.002, 0.003, 0.004, 0.005, 0.006)
    steps = (6, 3, 3, 3, 2, 1)
    expected = np.maximum.accumulate(np.multiply(p_values, steps))
    assert shaffer(p_values, 4) == pytest.approx(list(expected))
    with pytest.raises(ValueError, match="5 p-values for the pairs of 4 groups"):
        shaffer(p_values[:5], 4)


@pytest.mark.parametrize(("right", "images", "ends"), WILSON)
def test_the_test_sets_own_interval_is_statsmodels_wilson(
    right: int, images: int, ends: tuple[float, float]
) -> None:
    interval = wilson_interval(right, images)
    assert (interval.low, interval.high) == pytest.approx(ends, abs=EXACT)


def test_the_test_set_leaves_three_quarters_of_a_point_open() -> None:
    interval = wilson_interval(8_400, 10_000)
    assert round(100 * (interval.high - interval.low) / 2, 2) == 0.72


@pytest.mark.parametrize(("pairs", "seeds"), [(1, 6), (3, 7), (6, 8), (15, 10)])
def test_a_claim_takes_as_many_seeds_as_the_exact_test_needs(pairs: int, seeds: int) -> None:
    assert seeds_needed(pairs) == seeds
    assert 2 / 2**seeds <= ALPHA / pairs < 2 / 2 ** (seeds - 1)
