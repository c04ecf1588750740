"""The verdict with all its numbers, for programs."""

from dataclasses import asdict
from itertools import combinations
from typing import Any

from core.results.class_differences import class_differences
from core.results.contestants import Contestant
from core.results.missed_images import missed_images
from core.results.study_verdict import StudyVerdict
from core.results.time_to_limit import time_to_limit


def verdict_record(verdict: StudyVerdict) -> dict[str, Any]:
    """Return `verdict` as plain values: its words, and the numbers they rest on."""
    ranking = verdict.ranking
    missed = missed_images([result for one in ranking for result in one.results])
    return {
        "lead": verdict.lead,
        "cautions": list(verdict.cautions),
        "best": verdict.best,
        "standings": [asdict(standing) for standing in verdict.standings],
        "pairs": [
            asdict(pair) | {"claimed": pair.claimed, "words": words}
            for pair, words in zip(verdict.pairs, verdict.sentences, strict=True)
        ],
        "classes": [record for pair in combinations(ranking, 2) for record in _classes(*pair)],
        "time_to_limit": [asdict(time_to_limit(one)) for one in ranking],
        "missed_images": asdict(missed) if missed else None,
    }


def _classes(first: Contestant, second: Contestant) -> list[dict[str, Any]]:
    return [
        {"first": first.label, "second": second.label, "claimed": one.claimed} | asdict(one)
        for one in class_differences(first, second)
    ]
