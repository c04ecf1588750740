import subprocess
import sys

TRAINING = """
import sys

import torch

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.dataset.demo import demo_images
from core.dataset.images import limited
from core.training.setup import RunSpec, prepare_run, summarise_network
from core.worker.session import only_repeatable_kernels

only_repeatable_kernels()
assert torch.are_deterministic_algorithms_enabled()
images = limited(demo_images(), 64, 64, 0)
for preset in Preset:
    config = RunConfig(norm=Norm.BATCH, preset=preset, epochs=1, batch_size=32)
    summarise_network(config.norm, config.recipe)
    spec = RunSpec.of(config, images, torch.device("cpu"))
    run = prepare_run(spec, threads=lambda: 1, emit=lambda _: None)
    run.train_epoch(1)
    run.evaluate(1)
    run.network(torch.randn(4, 3, 32, 32)).sum().backward()  # torch's own layers too
print("torch._dynamo" in sys.modules)
"""


def test_training_repeats_itself_without_waiting_for_torchs_compiler() -> None:
    result = subprocess.run(
        [sys.executable, "-P", "-c", TRAINING], capture_output=True, text=True, check=True, timeout=120
    )
    assert result.stdout == "False\n"
