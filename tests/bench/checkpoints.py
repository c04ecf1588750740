"""A finished run's weights, as it left them, against the test images once more."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import torch

from core.dataset.images import ImageSet, limited
from core.dataset.sources import load_images
from core.runs.events import Evaluated
from core.runs.run_state import RunState
from core.training.setup import RunSpec, prepare_run
from core.worker.session import THREADS
from tests.bench.weights import weights_in

_ROUNDING: Final = 0.001  # of the images: another build of the layers may predict that many differently


@cache
def _loaded(data: str) -> ImageSet:
    return load_images(data, lambda *_: None)


def evaluated_again(run: RunState, checkpoint: Path) -> Evaluated:
    """Return what the weights in `checkpoint` give on the run's test images, flip-averaged too.

    Raises:
        ValueError: the run was not started, or these weights do not predict as its last epoch's did.
    """
    if run.started is None:
        raise ValueError(f"{checkpoint}: of a run that was not started")
    config = run.started.config
    images = limited(_loaded(config.data), config.limit_train, config.limit_test)
    spec = replace(
        RunSpec.of(config, images, torch.device("cpu")), recipe=run.started.recipe, flip_average=True
    )
    prepared = prepare_run(spec, threads=lambda: THREADS, emit=lambda _: None)
    prepared.network.load_state_dict(weights_in(checkpoint))
    again = prepared.evaluate(run.epoch).figures
    then = run.tests[-1]
    if abs(again.correct - then.correct) > _ROUNDING * then.images:
        raise ValueError(
            f"{checkpoint}: {again.correct} correct predictions, {then.correct} after the last epoch"
        )
    return again
