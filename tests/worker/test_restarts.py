import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import torch

from core.config.presets import Norm
from core.config.run_config import OnDivergence, Rates
from core.config.suite_config import SuiteConfig
from core.results.outcome_text import outcome_words
from core.runs.checkpoint_file import read_checkpoint
from core.runs.event_log import read_events
from core.runs.events import EpochEnded, Event
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunRestarted
from core.runs.run_state import Outcome, RunState
from core.runs.suite_events import RunsQueued
from core.runs.suite_state import states_in
from core.training.divergence import MOST_RESTARTS, Diverged
from core.training.training_state import TrainingState
from core.worker.scheduler import Scheduler
from core.worker.training_run import train_or_restart
from tests.process.resumed import told
from tests.process.suites import NOW, small_suite
from tests.runs.made_suites import log

if TYPE_CHECKING:
    from core.training.setup import PreparedRun
    from core.worker.checkpoints import Checkpoints


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    torch.set_deterministic_debug_mode("default")


def _suite(epochs: int) -> SuiteConfig:
    """Return a run whose rate is far too high."""
    suite = small_suite(Norm.BATCH, epochs=epochs, train=64)
    run = replace(
        *suite.runs,
        learning_rate=100.0,
        batch_size=8,
        limit_test=20,
        schedule=Rates.CONSTANT,
        on_divergence=OnDivergence.RESTART,
    )
    return replace(suite, runs=(run,))


def _train(suite: SuiteFolder) -> RunState:
    with suite.lock().acquire(timeout=0):
        Scheduler(suite).train()
    (state,) = states_in(suite.path)
    return state


def test_a_run_goes_back_at_half_the_rate_until_it_learns_and_goes_on_at_that_rate(tmp_path: Path) -> None:
    at_once = create_suite(tmp_path / "at once", _suite(2), NOW)
    state = _train(at_once)
    assert state.outcome is Outcome.FINISHED
    times = len(state.restarts)
    assert 0 < times <= MOST_RESTARTS
    rates = [restart.learning_rate for restart in state.restarts]
    assert rates == [100 * 0.5**halved for halved in range(1, times + 1)]
    ends = [e.event for e in read_events(at_once.run("batch").events) if isinstance(e.event, EpochEnded)]
    assert ends[-1].learning_rate == rates[-1]
    assert f"epochs at a rate halved {times} times" in outcome_words(state)
    first = state.restarts[0]
    assert first.step is not None
    place = f"the loss at step {first.step + 1} in epoch 1 was {first.loss:.3g}"
    assert state.notices[0] == f"{place}: back to the epoch's beginning at half the rate, 50 (restart 1)"
    assert len(state.step_losses.points) == 2 * 8  # those of the epochs as they were in the end

    resumed = create_suite(tmp_path / "resumed", _suite(1), NOW)
    _train(resumed)
    resumed.write_config(_suite(2))
    log(resumed, RunsQueued(runs=("batch",), commands=0))
    again = _train(resumed)
    assert again.restarts == state.restarts
    assert told(resumed.run("batch")) == told(at_once.run("batch"))
    saved = read_checkpoint(resumed.run("batch").checkpoint)
    assert saved is not None
    assert TrainingState.from_bytes(saved.state).restarts == times


class _Hopeless:
    """A training that diverges at every rate."""

    restarts = 0
    peak_learning_rate = 100.0

    def keep_start(self) -> None:
        self.kept = self.restarts

    def restart(self) -> None:
        self.restarts += 1
        self.peak_learning_rate /= 2

    def train_epoch(self, epoch: int) -> EpochEnded:
        raise Diverged(epoch, 3, math.nan)


def test_a_run_that_goes_back_too_often_ends_as_diverged() -> None:
    hopeless, events = _Hopeless(), list[Event]()
    run = cast("PreparedRun", SimpleNamespace(trainer=hopeless, train_epoch=hopeless.train_epoch))
    checkpoints = cast("Checkpoints", SimpleNamespace(emit=events.append, save=lambda: None))
    with pytest.raises(Diverged):
        train_or_restart(run, checkpoints, 5)
    restarts = [event for event in events if isinstance(event, RunRestarted)]
    assert [event.times for event in restarts] == list(range(1, MOST_RESTARTS + 1))
    assert (restarts[-1].epoch, restarts[-1].step, restarts[-1].learning_rate) == (5, 3, 100 / 1024)
    assert hopeless.kept == 0
