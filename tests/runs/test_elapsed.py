from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.elapsed import elapsed, seconds_at
from core.runs.events import EpochEnded, Evaluated, Phase
from core.runs.run_state import EpochResult, RunState

EPOCH = st.tuples(st.integers(1, 500), st.floats(0, 100), st.none() | st.floats(0, 10))


def run_of(epochs: list[tuple[int, float, float | None]]) -> RunState:
    """Return a run from each epoch's batches, seconds of training, and seconds of evaluation."""
    results = (
        EpochResult(
            EpochEnded(
                epoch=number,
                loss=1.0,
                last_loss=1.0,
                correct=1,
                images=2,
                batches=batches,
                learning_rate=0.1,
                seconds=train,
            ),
            None
            if test is None
            else Evaluated(epoch=number, loss=1.0, confusion=((1, 0), (0, 1)), seconds=test),
        )
        for number, (batches, train, test) in enumerate(epochs, 1)
    )
    return replace(RunState("batch"), epoch=len(epochs), epochs=tuple(results))


def begun(run: RunState, steps: int, seconds: float) -> RunState:
    """Return `run` with an epoch under way behind its others."""
    return replace(
        run, phase=Phase.TRAIN, epoch=len(run.epochs) + 1, epoch_steps=steps, epoch_seconds=seconds
    )


def test_evaluation_counts_and_stands_behind_its_epoch() -> None:
    run = run_of([(10, 5.0, 2.0), (10, 4.0, 1.0), (10, 6.0, None)])
    assert elapsed(run) == (7.0, 12.0, 18.0)
    assert seconds_at(run, [0, 5, 10, 11, 20, 25, 30]) == pytest.approx((0, 2.5, 5, 7.4, 11, 15, 18))


def test_the_epoch_under_way_goes_at_its_own_pace() -> None:
    run = run_of([(10, 5.0, 2.0)])
    assert seconds_at(begun(run, 4, 8.0), [10, 11, 14]) == (5.0, 9.0, 15.0)
    assert seconds_at(begun(RunState("batch"), 4, 8.0), [1, 4]) == (2.0, 8.0)


def test_the_pace_stays_while_the_run_rests_or_has_ended() -> None:
    under_way = begun(run_of([(10, 5.0, 2.0)]), 4, 8.0)
    for phase in (Phase.PAUSED, None):
        assert seconds_at(replace(under_way, phase=phase), [14]) == (15.0,)


def test_an_epoch_of_which_nothing_is_known_goes_like_the_one_before() -> None:
    assert seconds_at(run_of([(10, 5.0, 2.0)]), [12]) == (8.0,)
    assert seconds_at(RunState("batch"), [3]) == (0.0,)


@given(st.lists(EPOCH, max_size=6), st.integers(1, 100), st.floats(0.1, 50))
def test_time_never_runs_backwards(
    epochs: list[tuple[int, float, float | None]], steps: int, seconds: float
) -> None:
    run = begun(run_of(epochs), steps, seconds)
    last = sum(batches for batches, _, _ in epochs) + steps
    times = seconds_at(run, [last * i / 200 for i in range(201)])
    assert all(after >= before - 1e-9 for before, after in pairwise(times))


@given(st.lists(EPOCH, min_size=1, max_size=6))
def test_an_epochs_last_step_is_its_evaluation_before_its_end(
    epochs: list[tuple[int, float, float | None]],
) -> None:
    run = run_of(epochs)
    steps = 0
    for (batches, _, test), end in zip(epochs, elapsed(run), strict=True):
        steps += batches
        assert seconds_at(run, [steps])[0] == pytest.approx(end - (test or 0.0), abs=1e-9)
