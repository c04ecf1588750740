"""A suite on a machine with two devices, which are this processor under two numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.folder import create_suite
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteReader
from core.runs.unfinished import earlier_suite
from core.worker.devices import Machine, Place
from core.worker.scheduler import Scheduler
from tests.process.suites import NOW, metrics, small_suite


class TwoProcessors(Machine):
    """Torch takes any number behind "cpu" for the same processor."""

    def places(self, _devices: str) -> tuple[Place, ...]:
        return tuple(Place("cpu", self.processor, index) for index in range(2))


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    torch.set_deterministic_debug_mode("default")


def trained(suite: SuiteConfig, runs_dir: Path) -> tuple[RunState, ...]:
    folder = create_suite(runs_dir, suite, NOW)
    assert Scheduler(folder, lambda: TwoProcessors("a processor")).train() == 0
    return SuiteReader(folder).poll().runs


def test_a_suite_spreads_over_the_devices_and_the_number_changes_no_bit(tmp_path: Path) -> None:
    suite = small_suite(Norm.BATCH, train=64)
    suite = SuiteConfig(Grid(suite.runs[0], seeds=(0, 1)).runs(), suite.command, parallel=1)
    together, in_turn = tmp_path / "together", tmp_path / "in turn"
    runs = trained(suite, together)
    assert [run.outcome for run in runs] == [Outcome.FINISHED] * 2
    places = {run.environment.place for run in runs if run.environment}
    assert places == {"cpu:0", "cpu:1"}

    alone = SuiteConfig(suite.runs[1:], suite.command, names=suite.names[1:])
    (run,) = trained(alone, in_turn)
    assert run.environment is not None
    assert run.environment.place == "cpu:0"
    found, again = (earlier_suite(runs, s.runs) for runs, s in ((together, suite), (in_turn, alone)))
    assert found is not None
    assert again is not None
    assert metrics(found.folder, run.name) == metrics(again.folder, run.name) != []
