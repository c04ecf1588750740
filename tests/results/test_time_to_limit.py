from dataclasses import replace

from core.config.presets import Norm
from core.results.contestants import comparable, contestants
from core.results.labelled_runs import label_runs
from core.results.time_to_limit import TimeToLimit, time_to_limit
from core.runs.run_state import RunState
from tests.results.studies import ended


def _rising(seed: int, *accuracies: float) -> RunState:
    """Return a run of one epoch for each accuracy, of eleven seconds each."""
    after = [
        ended(Norm.BATCH, share, seed, epochs=number).epochs[-1]
        for number, share in enumerate(accuracies, start=1)
    ]
    return replace(ended(Norm.BATCH, accuracies[-1], seed), epochs=tuple(after))


def _time(*states: RunState) -> TimeToLimit:
    (network,) = contestants(comparable(label_runs(states)))
    return time_to_limit(network)


def test_it_is_the_first_epoch_at_seventy_percent_and_its_seconds() -> None:
    found = _time(_rising(0, 0.60, 0.70, 0.69, 0.75))
    assert found == TimeToLimit(label="batch", seeds=1, reached=1, epochs=2, seconds=22, soonest=2, latest=2)


def test_of_several_seeds_it_is_the_median_over_those_that_reached_it() -> None:
    found = _time(_rising(0, 0.71, 0.72), _rising(1, 0.65, 0.71), _rising(2, 0.5, 0.6))
    assert (found.seeds, found.reached, found.epochs, found.seconds) == (3, 2, 1.5, 16.5)
    assert (found.soonest, found.latest) == (1, 2)


def test_a_network_that_never_reached_it_has_no_time() -> None:
    assert _time(_rising(0, 0.6)) == TimeToLimit(label="batch", seeds=1, reached=0, epochs=None, seconds=None)
