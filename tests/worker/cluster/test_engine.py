"""Suites on a made-up cluster: all of the engine but Ray itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.config.devices import EngineKind
from core.config.presets import Norm
from core.config.suite_config import Keep, SuiteConfig
from core.runs.checkpoint_file import read_checkpoint
from core.runs.commands import Command, ask
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunFailed, RunStopped
from core.runs.run_state import Outcome, RunState
from core.runs.suite_state import SuiteReader
from core.worker.cluster.nodes import Cluster
from core.worker.scheduler import Scheduler
from tests.process.suites import NOW, metrics, small_suite
from tests.worker.cluster.made_up import FullCluster, MadeUpCluster


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    torch.set_deterministic_debug_mode("default")


def trained(folder: SuiteFolder, cluster: Cluster) -> tuple[int, tuple[RunState, ...]]:
    status = Scheduler(folder, join=lambda _address: cluster).train()
    return status, SuiteReader(folder).poll().runs


def on_a_cluster(suite: SuiteConfig) -> SuiteConfig:
    return replace(suite, engine=EngineKind.RAY, parallel=None)


def test_a_run_whose_node_is_lost_goes_on_elsewhere_with_the_bits_of_a_run_here(tmp_path: Path) -> None:
    suite = replace(small_suite(Norm.BATCH, epochs=2, train=64), keep=(Keep.LAST,))
    here = create_suite(tmp_path / "here", suite, NOW)
    assert Scheduler(here).train() == 0

    folder = create_suite(tmp_path / "there", on_a_cluster(suite), NOW)
    cluster = MadeUpCluster(losses=1)
    status, (run,) = trained(folder, cluster)
    assert (status, run.outcome, cluster.closed) == (0, Outcome.FINISHED, True)
    first, second = cluster.tasks
    assert first.going_on is None
    assert second.going_on is not None
    assert (second.going_on.epoch, second.going_on.step) == (2, 0)
    assert "its node was lost, and another takes its place: a made-up loss" in run.notices
    own, other = folder.run("batch"), here.run("batch")
    told = [metrics(suite, "batch") for suite in (folder, here)]
    assert [one for at, one in enumerate(told[0]) if one not in told[0][:at]] == told[1] != []
    assert own.weights(Keep.LAST).read_bytes() == other.weights(Keep.LAST).read_bytes()
    checkpoint, same = (read_checkpoint(it.checkpoint) for it in (own, other))
    assert checkpoint is not None
    assert same is not None
    assert checkpoint.state == same.state


def test_a_run_that_ends_every_node_is_given_up(tmp_path: Path) -> None:
    folder = create_suite(tmp_path, on_a_cluster(small_suite(Norm.BATCH, train=64)), NOW)
    status, (run,) = trained(folder, MadeUpCluster(losses=4, checkpoints=0))
    assert status == 1
    assert isinstance(run.end, RunFailed)
    assert run.end.error == "its node was lost 4 times without a new checkpoint: a made-up loss"


def test_a_suite_without_room_can_be_stopped(tmp_path: Path) -> None:
    folder = create_suite(tmp_path, on_a_cluster(small_suite(*Norm, train=64)), NOW)
    full = FullCluster(lambda: ask(folder.commands, Command.STOP_AFTER_EPOCH))
    status, runs = trained(folder, full)
    assert status == 130
    assert runs[0].end == RunStopped(reason="asked to stop")
    assert runs[2].outcome is Outcome.WAITING
