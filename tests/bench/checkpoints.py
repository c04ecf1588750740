"""A finished run's weights, as it left them, against the test images once more."""

from functools import cache
from pathlib import Path
from typing import Final

import torch

from core.dataset.images import ImageSet, limited
from core.dataset.sources import load_images
from core.runs.events import Evaluated
from core.runs.run_state import RunState
from core.training.batches import ChannelScale, TestImages
from core.training.evaluate import evaluate
from core.training.network.build import build_network
from core.worker.training_run import fused

_ROUNDING: Final = 0.001  # of the images: as many may another build of the layers answer otherwise


@cache
def _loaded(data: str) -> ImageSet:
    return load_images(data, lambda *_: None)


def evaluated_again(run: RunState, checkpoint: Path) -> Evaluated:
    """Return what the weights in `checkpoint` give on the run's test images, flip-averaged too.

    Raises:
        ValueError: the run has not begun, or these weights do not answer as its last epoch's did.
    """
    if run.started is None:
        raise ValueError(f"{checkpoint}: of a run that has not begun")
    config = run.started.config
    images = limited(_loaded(config.data), config.limit_train, config.limit_test, config.seed)
    network = build_network(config.norm, run.started.recipe)
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["weights"])
    network.to(memory_format=torch.channels_last).eval()
    device = torch.device("cpu")
    again = evaluate(
        network,
        TestImages(images.test, ChannelScale.of(images.train, device)),
        run.epoch,
        attend=lambda: 0.0,
        clock=lambda: 0.0,
        forward=fused(network, device, lambda _: None),
        flip_average=True,
    )
    then = run.tests[-1]
    if abs(again.correct - then.correct) > _ROUNDING * then.images:
        raise ValueError(f"{checkpoint}: {again.correct} right answers, {then.correct} after the last epoch")
    return again
