import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.config.presets import RECIPES, Norm, Preset
from core.dataset.images import ImageSplit
from core.runs.events import EpochEnded
from core.training.network.build import build_network
from core.training.norm_gauge import NormGauge, named_layers
from core.training.setup import PreparedRun, RunSpec, prepare_run
from core.training.training_state import TrainingState


def prepared(preset: Preset = Preset.TUNED) -> PreparedRun:
    """Return a run of two epochs, of three steps each, on random images."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    split = ImageSplit(images, np.arange(40, dtype=np.int64) % 10)
    spec = RunSpec(
        norm=Norm.BATCH,
        recipe=RECIPES[preset],
        seed=0,
        epochs=2,
        batch_size=16,
        train_images=split,
        test_images=split,
        device=torch.device("cpu"),
    )
    ticks = itertools.count()
    return prepare_run(spec, threads=lambda: 1, emit=lambda _: None, clock=lambda: float(next(ticks)))


def test_layers_are_named_in_the_order_in_which_an_image_meets_them() -> None:
    names = [name for name, _ in named_layers(build_network(Norm.GROUP, RECIPES[Preset.TUNED]))]
    assert names[:5] == ["conv 1", "norm 1", "conv 2", "norm 2", "conv 3"]
    assert (names[-1], len(names)) == ("conv 11", 19)
    separable = [name for name, _ in named_layers(build_network(Norm.GROUP, RECIPES[Preset.FAST]))]
    assert "depthwise 1" in separable
    assert len(set(separable)) == len(separable)


def test_norms_are_those_of_parameters_and_gradients_of_a_layer_together() -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1, bias=False), torch.nn.BatchNorm2d(1))
    gauge = NormGauge(network)
    assert gauge.measure() is None  # there is no gradient yet
    for parameter, value, gradient in zip(
        network.parameters(), (2.0, 3.0, 4.0), (-1.0, 6.0, -8.0), strict=True
    ):
        parameter.data.fill_(value)
        parameter.grad = torch.full_like(parameter, gradient)
    norms = gauge.told(gauge.measure())
    assert norms is not None
    assert norms.layers == ("conv 1", "norm 1")
    assert (norms.weights, norms.gradients) == ((2.0, 5.0), (1.0, 10.0))
    assert norms.gradient == pytest.approx(math.sqrt(101))


@pytest.mark.parametrize("preset", [Preset.REFERENCE, Preset.FAST])  # SGD, and Muon in C++ where it is there
def test_an_epoch_tells_the_norms_after_its_last_step(preset: Preset) -> None:
    run = prepared(preset)
    ended = run.train_epoch(1)
    assert ended.norms is not None
    own = [layer for _, layer in named_layers(run.network)]
    assert len(ended.norms.layers) == len(own)
    for layer, weight, gradient in zip(own, ended.norms.weights, ended.norms.gradients, strict=True):
        assert weight == pytest.approx(math.hypot(*_lengths(layer, gradients=False)), rel=1e-5)
        assert gradient == pytest.approx(math.hypot(*_lengths(layer, gradients=True)), rel=1e-5)
    assert all(gradient > 0 for gradient in ended.norms.gradients)


def _lengths(layer: torch.nn.Module, *, gradients: bool) -> list[float]:
    tensors = [parameter.grad if gradients else parameter.data for parameter in layer.parameters()]
    return [float(tensor.norm()) for tensor in tensors if tensor is not None]


def resumed(state: bytes) -> EpochEnded:
    """Train the second epoch from `state`, as a later worker would that has read it from a file."""
    run = prepared()
    run.trainer.go_on(TrainingState.from_bytes(state))
    return run.train_epoch(2)


def test_a_run_that_goes_on_tells_the_same_norms_wherever_it_stopped() -> None:
    run = prepared()
    run.train_epoch(1)
    between = run.trainer.state(evaluated=True).to_bytes()
    ended = run.train_epoch(2)
    behind_the_last_step = run.trainer.state(evaluated=False)
    assert behind_the_last_step.step == 3
    assert ended.norms is not None
    assert resumed(between).norms == ended.norms
    assert resumed(behind_the_last_step.to_bytes()).norms == ended.norms


def test_of_an_epoch_whose_steps_were_all_taken_by_an_earlier_version_no_norms_are_told() -> None:
    run = prepared()
    run.train_epoch(1)
    run.train_epoch(2)
    state = run.trainer.state(evaluated=False)
    assert resumed(replace(state, norms=None).to_bytes()).norms is None
