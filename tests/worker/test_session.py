import subprocess
import sys

TRAINING = """
import sys

import torch

from core.training.batches import ChannelScale, TestImages, TrainingImages
from core.dataset.demo import demo_images
from core.dataset.images import limited
from core.training.evaluate import evaluate
from core.training.network.summary import summarise
from core.training.network.build import build_network
from core.config.presets import RECIPES, Norm, Preset
from core.worker.session import only_repeatable_kernels
from core.training.trainer import Trainer

only_repeatable_kernels()
assert torch.are_deterministic_algorithms_enabled()
images = limited(demo_images(), 64, 64, 0)
scale = ChannelScale.of(images.train, torch.device("cpu"))
timing = {"attend": lambda: 0.0, "clock": lambda: 0.0}
for preset in Preset:
    recipe = RECIPES[preset]
    network = build_network(Norm.BATCH, recipe)
    summarise(network)
    batches = TrainingImages(images.train, scale, recipe, 32, 0)
    Trainer(network, batches, recipe, 1, emit=lambda _: None, **timing).train_epoch(1)
    evaluate(network, TestImages(images.test, scale), 1, **timing)
print("torch._dynamo" in sys.modules)
"""


def test_training_repeats_itself_without_waiting_for_torchs_compiler() -> None:
    result = subprocess.run(
        [sys.executable, "-P", "-c", TRAINING], capture_output=True, text=True, check=True, timeout=120
    )
    assert result.stdout == "False\n"
