"""How often the verdict claims what is not so, and how often it sees what is: studies whose truth is known.

``uv run python -m tests.bench verdict --save``. A study is three networks, or two, in eight seeds; a seed's
accuracy is normally distributed round its network's, independent of all others, which is the harder case:
what the seeds of two networks share makes differences surer.
"""

import argparse
from collections.abc import Sequence
from typing import Final

import numpy as np

from core.config.presets import Norm
from core.results.contestants import Contestant, Result
from core.results.labelled_runs import label_runs
from core.results.pair_verdict import PairVerdict, pair_verdicts
from core.results.seed_groups import seed_groups
from core.runs.events import Evaluated
from tests.results.studies import IMAGES, ended

SEEDS: Final = 8
_MEAN: Final = 0.80
_DEVIATION: Final = 0.003  # of a network's accuracies over its seeds
_CASES: Final = {  # how far above 80% each network is, in standard deviations over seeds
    "three networks, no difference": (0, 0, 0),
    "three networks, one two deviations ahead": (2, 0, 0),
    "two networks, no difference": (0, 0),
    "two networks, two deviations apart": (2, 0),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many studies there are."""
    parser.add_argument("--studies", type=int, default=1_000, help="of each case")


def result_name(_options: argparse.Namespace) -> str:
    """Name what was measured."""
    return "simulated"


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return shares of studies with a false claim, and of true differences that are claimed."""
    cases = {name: _shares(ahead, options.studies) for name, ahead in _CASES.items()}
    return {"studies": options.studies, "seeds": SEEDS, "cases": cases}


def _shares(ahead: Sequence[float], studies: int) -> dict[str, float | None]:
    random = np.random.default_rng(0)
    networks = _Networks(len(ahead))
    false_studies = true_pairs = true_claims = 0
    for _ in range(studies):
        accuracies = _MEAN + _DEVIATION * (
            np.array(ahead)[:, None] + random.standard_normal((len(ahead), SEEDS))
        )
        truth = dict(zip(networks.labels, ahead, strict=True))
        pairs = networks.judged(accuracies.tolist())
        real = [pair for pair in pairs if truth[pair.ahead] != truth[pair.behind]]
        found = [pair for pair in real if pair.claimed and truth[pair.ahead] > truth[pair.behind]]
        true_pairs, true_claims = true_pairs + len(real), true_claims + len(found)
        false_studies += any(pair.claimed for pair in pairs if pair not in found)
    return {
        "studies_with_a_false_claim": false_studies / studies,
        "true_differences_claimed": true_claims / true_pairs if true_pairs else None,
    }


def _tested(accuracy: float) -> Evaluated:
    right = round(accuracy * IMAGES)
    return Evaluated(epoch=1, loss=0.5, confusion=((right, IMAGES - right), (0, 0)), seconds=1.0)


class _Networks:
    """Networks in `SEEDS` seeds each, made once; what they reach differs from study to study."""

    def __init__(self, count: int) -> None:
        norms = tuple(Norm)[:count]
        runs = label_runs([ended(norm, _MEAN, seed) for norm in norms for seed in range(SEEDS)])
        self._groups = seed_groups(runs)
        self.labels = [group.label for group in self._groups]

    def judged(self, accuracies: Sequence[Sequence[float]]) -> tuple[PairVerdict, ...]:
        """Return the verdicts on networks with these accuracies, a row a network."""
        ranking = [
            Contestant(
                group,
                tuple(Result(run, _tested(share)) for run, share in zip(group.runs, row, strict=True)),
            )
            for group, row in zip(self._groups, accuracies, strict=True)
        ]
        return pair_verdicts(sorted(ranking, key=lambda one: -one.accuracy))
