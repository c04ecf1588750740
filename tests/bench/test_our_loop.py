import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from core.config.presets import Norm, Preset
from core.config.suite_config import SuiteConfig
from core.runs.run_state import Outcome
from tests.bench.weights import weights_in
from tests.process.suites import small_suite, started, until_ended

# as tests.bench.train_child, but for the weights it leaves
BENCHMARK = """
import sys
from pathlib import Path

import torch

from core.runs.folder import SuiteFolder
from tests.bench.our_loop import OurLoop

for config in SuiteFolder(Path(sys.argv[1])).config().runs:
    loop = OurLoop(config)
    loop.train_epoch()
    torch.save(loop.run.network.state_dict(), Path(sys.argv[2]) / config.norm)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[Norm, list[dict[str, torch.Tensor]]]:
    """What the worker and what the benchmark make of the same configs in an epoch, by norm."""
    (tuned,) = small_suite(Norm.BATCH, preset=Preset.TUNED).runs
    with_dropout = replace(tuned, norm=Norm.GROUP, preset=Preset.REFERENCE)
    folder = tmp_path_factory.mktemp("trained")
    runner = started(SuiteConfig((tuned, with_dropout), "cifar-tui --headless"), folder)
    assert [run.outcome for run in until_ended(runner).runs] == [Outcome.FINISHED] * 2
    command = [sys.executable, "-c", BENCHMARK, str(runner.folder.path), str(folder)]
    subprocess.run(command, check=True)
    suite = runner.folder.config()
    return {
        config.norm: [
            weights_in(runner.folder.run(name).checkpoint),
            torch.load(folder / config.norm, weights_only=True),
        ]
        for name, config in zip(suite.names, suite.runs, strict=True)
    }


@pytest.mark.parametrize("norm", [Norm.BATCH, Norm.GROUP])
def test_the_benchmark_trains_what_the_worker_trains_bit_for_bit(
    trained: dict[Norm, list[dict[str, torch.Tensor]]], norm: Norm
) -> None:
    workers, benchmarks = trained[norm]
    assert workers.keys() == benchmarks.keys()
    for name, weights in workers.items():
        assert torch.equal(weights, benchmarks[name]), name
