import argparse
import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core.config.devices import Device
from core.config.presets import Norm, Preset
from core.supervisor.worker_environment import worker_environment
from tests.bench import train
from tests.bench.child_process import TrainChild
from tests.bench.floor import PeakRates
from tests.bench.loop_task import OPPONENTS, LoopTask, TorchWay
from tests.bench.made_child import make_children
from tests.bench.train import rotated
from tests.bench.ways import Layout, Tried, tried, ways_of
from tests.documents.benchmarks import benchmarks_table
from tests.processor import Processor

pytestmark = pytest.mark.bench

TASK = LoopTask(
    norm=Norm.GROUP,
    preset=Preset.REFERENCE,
    device=Device.CPU,
    data="demo",
    steps=2,
    epochs=3,
)


def parsed(*arguments: str) -> argparse.Namespace:
    """Return the benchmark's options, on the demo images."""
    parser = argparse.ArgumentParser()
    train.add_options(parser)
    return parser.parse_args(["--data", "demo", *arguments])


def test_a_task_survives_its_way_to_the_child() -> None:
    for way in (None, TorchWay(loading_processes=2), *OPPONENTS.values()):
        task = replace(TASK, way=way)
        assert LoopTask.from_json(task.to_json()) == task
    assert (TASK.config.limit_train, TASK.config.batch_size, TASK.config.epochs) == (256, 128, 3)


def test_all_loops_are_measured_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--steps", "2", "--rounds", "2", "--workers", "1", "--layouts", "last")
    assert parsed(*few).opponent == ("usual", "good", "good-bf16")
    options = parsed(*few, "--opponent", "usual,good-bf16")
    began = time.monotonic()
    result = json.loads(json.dumps(train.measure(options, cache(PeakRates.measured))))
    elapsed = time.monotonic() - began
    table = capsys.readouterr().out
    opponents, ours = result["opponents"], result["ours"]
    assert list(opponents) == list(result["ratios"]) == ["usual", "good-bf16"]
    processes = {"usual": 2, "good-bf16": 1, "ours": 1}
    for name, loop in (opponents | {"ours": ours}).items():
        times = loop["seconds_an_epoch"]["all"]
        assert len(times) == 2
        assert (loop["images"], loop["processes"]) == (256, processes[name])
        assert loop["peak_resident_bytes"] > loop["proportional_bytes"] > 0
        assert min(times) > 0
        # told apart and as it was: of an epoch of 50,000 images it had a 195th
        assert 0 < loop["first_epoch_seconds"] < elapsed
        assert f"{loop['first_epoch_seconds']:.3f}" in table
    for name, loop in opponents.items():
        assert (loop["good"], loop["bf16"]) == (name != "usual", name == "good-bf16")
        assert (loop["channels_last"], loop["optimizer"], loop["tried"]) == (True, "sgd", [])
        times = zip(loop["seconds_an_epoch"]["all"], ours["seconds_an_epoch"]["all"], strict=True)
        assert result["ratios"][name]["all"] == [theirs / mine for theirs, mine in times]
    assert (opponents["usual"]["loading_processes"], ours["optimizer"]) == (1, "muon")
    assert result["floor"]["share_of_ours"] * ours["seconds_an_epoch"]["median"] == pytest.approx(
        result["floor"]["seconds"]
    )
    (tmp_path / "bench-train-cpu-tuned-batch.json").write_text(json.dumps(result))
    rows = benchmarks_table(tmp_path)
    assert Processor.here().words in rows
    for ratio in result["ratios"].values():
        assert f"{ratio['median']:.2f}, median of 2 rounds" in rows


def test_the_fastest_of_several_ways_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_children(monkeypatch, tmp_path, "1.5 if task.way.channels_last else 0.5")
    ways = list(ways_of(OPPONENTS["good"], tuple(Layout), (0, 1, 2)))
    assert [way.channels_last for way in ways] == [True, False]
    assert tried(TASK, ways) == (Tried(ways[1], 0.5), Tried(ways[0], 1.5))


def test_only_the_usual_loop_has_processes_to_try() -> None:
    usual, good = (
        [(way.channels_last, way.loading_processes) for way in ways_of(way, tuple(Layout), (0, 2))]
        for way in (OPPONENTS["usual"], OPPONENTS["good-bf16"])
    )
    assert usual == [(True, 0), (True, 2), (False, 0), (False, 2)]
    assert good == [(True, 0), (False, 0)]


def test_every_loop_begins_a_round_and_none_is_left_out() -> None:
    names = ("usual", "good", "ours")
    orders = [rotated(names, number) for number in range(4)]
    assert orders == [names, ("good", "ours", "usual"), ("ours", "usual", "good"), names]


def test_a_file_is_named_by_instructions_and_by_an_optimizer_that_is_not_the_cheaper_one() -> None:
    label = Processor.here().label
    assert train.result_name(parsed()) == f"cpu-{label}-tuned-batch"
    assert train.result_name(parsed("--optimizer", "muon")) == f"cpu-{label}-tuned-batch-muon"
    assert train.result_name(parsed("--device", "cuda")) == "cuda-tuned-batch"


def test_an_opponent_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert parsed("--opponent", "good,good-compiled,good").opponent == ("good", "good-compiled")
    with pytest.raises(SystemExit):
        parsed("--opponent", "good,better")
    assert "better: must be of usual, good, good-bf16" in capsys.readouterr().err


def test_an_opponent_has_the_environment_of_our_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_children(monkeypatch, tmp_path, "1.0")
    with TrainChild(replace(TASK, way=OPPONENTS["good"])) as child:
        assert worker_environment().items() <= child.started["environment"].items()
        child.finish()


def test_a_child_that_cannot_train_is_an_error_and_no_endless_wait(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(RuntimeError, match="exit status 1"):
        TrainChild(replace(TASK, steps=0))
    assert "--limit-train 0" in capfd.readouterr().err
