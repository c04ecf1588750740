import argparse
import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import Device
from tests.bench import train
from tests.bench.child_process import TrainChild
from tests.bench.floor import PeakRates
from tests.bench.train_child import LoopTask
from tests.documents.benchmarks import benchmarks_table

pytestmark = pytest.mark.bench

TASK = LoopTask(
    norm=Norm.GROUP,
    preset=Preset.REFERENCE,
    device=Device.CPU,
    data="demo",
    steps=2,
    epochs=3,
    workers=None,
    recipe_augmentation=True,
)


def test_a_task_survives_its_way_to_the_child() -> None:
    assert LoopTask.from_json(TASK.to_json()) == TASK
    assert (TASK.config.limit_train, TASK.config.batch_size, TASK.config.epochs) == (256, 128, 3)


def test_both_loops_are_measured_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    train.add_options(parser)
    options = parser.parse_args(["--data", "demo", "--steps", "2", "--pairs", "2", "--workers", "1"])
    began = time.monotonic()
    result = json.loads(json.dumps(train.measure(options, cache(PeakRates.measured))))
    elapsed = time.monotonic() - began
    table = capsys.readouterr().out
    assert train.result_name(options) == "cpu-tuned-batch"
    usual, ours = result["usual"], result["ours"]
    for loop, processes in ((usual, 2), (ours, 1)):
        times = loop["seconds_an_epoch"]["all"]
        assert len(times) == 2
        assert (loop["images"], loop["processes"]) == (256, processes)
        assert loop["peak_resident_bytes"] > loop["proportional_bytes"] > 0
        assert min(times) > 0
        # told apart and as it was: of an epoch of 50,000 images it had a 195th
        assert 0 < loop["first_epoch_seconds"] < elapsed
        assert f"{loop['first_epoch_seconds']:.3f}" in table
    ratios = [u / o for u, o in zip(*(lp["seconds_an_epoch"]["all"] for lp in (usual, ours)), strict=True)]
    assert result["ratio"]["all"] == ratios
    assert result["floor"]["share_of_ours"] * ours["seconds_an_epoch"]["median"] == pytest.approx(
        result["floor"]["seconds"]
    )
    (tmp_path / "bench-train-cpu-tuned-batch.json").write_text(json.dumps(result))
    assert f"{result['ratio']['median']:.2f}, median of 2 pairs" in benchmarks_table(tmp_path)


def test_a_child_that_cannot_train_is_an_error_and_no_endless_wait(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(RuntimeError, match="exit status 1"):
        TrainChild(replace(TASK, steps=0))
    assert "--limit-train 0" in capfd.readouterr().err
