"""A study on a real Ray cluster of two nodes, of which one is killed; needs the extra `ray`."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.config.devices import EngineKind
from core.config.grid import Grid
from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.commands import Command
from core.runs.events import Phase
from core.runs.folder import create_suite
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteState
from core.supervisor.follower import Snapshot, SuiteFollower
from core.supervisor.worker_process import WorkerProcess
from tests.process.suites import NOW, follow_until, small_suite
from tests.worker.cluster import needs_ray

pytestmark = [needs_ray, pytest.mark.filterwarnings("ignore")]  # Ray's own

NODE = {"num_cpus": 1, "object_store_memory": 80 << 20}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("RAY_worker_niceness", "0")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - reads them

    made = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    yield made
    made.shutdown()


def trained(suite: SuiteConfig, runs_dir: Path) -> SuiteFollower:
    folder = create_suite(runs_dir, suite, NOW)
    return SuiteFollower(folder, WorkerProcess.start(folder))


def ended(snapshot: Snapshot) -> bool:
    return not snapshot.alive


def figures(state: SuiteState) -> dict[str, object]:
    return {run.name: _figures(run) for run in state.runs}


def _figures(run: RunState) -> object:
    epochs = [(epoch.train.loss, epoch.train.correct, epoch.test and epoch.test.loss) for epoch in run.epochs]
    confusions = [epoch.test and epoch.test.confusion for epoch in run.epochs]
    return (run.outcome, epochs, confusions, run.step_losses, run.step_accuracies)


def test_no_run_is_lost_with_a_node_and_no_bit_changes(cluster: Any, tmp_path: Path) -> None:  # noqa: ANN401 - Ray's
    small = small_suite(Norm.BATCH, epochs=3, train=640)
    suite = SuiteConfig(Grid(small.runs[0], tuple(Norm), seeds=(0, 1, 2, 3)).runs(), small.command)
    here = follow_until(trained(suite, tmp_path / "here"), ended).state

    node = cluster.add_node(**NODE)
    follower = trained(replace(suite, engine=EngineKind.RAY, address=cluster.address), tmp_path / "there")
    follow_until(follower, lambda s: any(run.checkpoint is not None for run in s.state.runs))
    follower.ask(Command.PAUSE)
    held = follow_until(follower, lambda s: all_paused(s.state)).state
    cluster.remove_node(node, allow_graceful=False)
    follow_until(follower, lambda s: any(map(was_lost, s.state.runs)))
    follower.ask(Command.RESUME)
    cluster.add_node(**NODE)
    there = follow_until(follower, ended).state

    assert len(there.runs) == 12
    assert {run.outcome for run in there.runs} == {Outcome.FINISHED}
    assert figures(there) == figures(here)
    lost = {run.name for run in there.runs if was_lost(run)}
    assert lost.intersection(run.name for run in held.under_way)


def all_paused(state: SuiteState) -> bool:
    return len(state.under_way) == 2 and all(run.phase is Phase.PAUSED for run in state.under_way)


def was_lost(run: RunState) -> bool:
    return any(notice.startswith("its node was lost") for notice in run.notices)
