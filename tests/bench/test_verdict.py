import argparse
import math

import pytest

from core.results.significance import ALPHA
from tests.bench import verdict

pytestmark = pytest.mark.bench

STUDIES = 100  # too few to measure by; enough to see a promise broken


def test_the_verdict_is_seldom_wrong_and_sees_most_of_what_is_there() -> None:
    parser = argparse.ArgumentParser()
    verdict.add_options(parser)
    cases = verdict.measure(parser.parse_args(["--studies", str(STUDIES)]))["cases"]
    assert isinstance(cases, dict)
    false = [case["studies_with_a_false_claim"] for name, case in cases.items() if "no difference" in name]
    assert len(false) == 2
    assert max(false) <= ALPHA + 2 * math.sqrt(ALPHA * (1 - ALPHA) / STUDIES)
    found = [case["true_differences_claimed"] for name, case in cases.items() if "no difference" not in name]
    assert min(found) >= 0.8
